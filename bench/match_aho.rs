// Rust's aho-corasick on the text and names that bench/match_bench wrote: all
// names, ASCII case-insensitive, matches counted that do not overlap. CPU time of the thread
// is what the clock of this process says; one line of numbers.
use aho_corasick::AhoCorasickBuilder;
use std::time::Instant;

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read(&args[1]).unwrap();
    let file = std::fs::read_to_string(&args[2]).unwrap();
    let names: Vec<&str> = file.lines().collect();
    let start = Instant::now();
    let ac = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .build(&names);
    let built = start.elapsed().as_secs_f64();
    let mut best = f64::MAX;
    let mut hits = 0;
    for _ in 0..3 {
        let start = Instant::now();
        hits = ac.find_iter(&text).count();
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!(
        "aho-corasick  names={} text={} build_s={:.2} block_mb={:.1} hits={} mb_per_s={:.0} peak_mb={:.0}",
        names.len(),
        args[3],
        built,
        ac.heap_bytes() as f64 / 1048576.0,
        hits,
        text.len() as f64 / 1e6 / best,
        peak_mb()
    );
}
