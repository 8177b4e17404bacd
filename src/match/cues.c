/* The lists. A word may be in several. See cues.h. */
#include "match/cues.h"

static const struct {
	enum cue cue;
	const char *words; /* separated by single spaces */
} lists[] = {
	{CUE_LEGAL,
		" ab ag asa berhad bhd bv co company corp corporation cos gmbh "
		"inc incorporated kg kgaa kk limited llc llp lp ltd ltda nv "
		"oyj plc pte pty pvt sa sab sarl sas se spa srl tbk "},
	{CUE_CORPORATE,
		" air airline airlines airways auto automotive bancorp bank "
		"banking beverage biotech brands brothers capital chemical "
		"chemicals communications computer computers consulting "
		"construction credit devices digital electric electronics "
		"energy engineering enterprise enterprises entertainment "
		"finance financial foods games gas global group health "
		"healthcare holding holdings hotels industries infrastructure "
		"insurance international investment investments labs "
		"laboratories life logistics management manufacturing market "
		"markets materials media medical mobile motor motors mutual "
		"natural network networks oil partners petroleum pharma "
		"pharmaceutical pharmaceuticals platforms power products "
		"properties realty research resources restaurants retail "
		"robotics securities semiconductor semiconductors services "
		"software solutions steel stores studios systems technologies "
		"technology telecom therapeutics trust utilities ventures "
		"water wireless works worldwide "},
	{CUE_AFTER,
		" analyst analysts app apps board boss ceo cfo chairman "
		"chairwoman chief co-founder coo cto customer customers "
		"dividend earnings ebitda employee employees eps exec "
		"executive executives execs founder guidance investor "
		"investors ipo "
		"layoffs management market-cap net official officials outlook "
		"owner parent pat payout platform president price profit "
		"profits q1 q2 q3 "
		"q4 quarterly results revenue revenues sales share "
		"shareholder shareholders shares spokesman spokesperson "
		"spokeswoman staff stake stock stocks strategist strategists "
		"subsidiary unit upgrade user users valuation workers "
		"economist economists bonds debt deal plant plants factory "
		"managing md mcap fy fy22 fy23 fy24 "},
	{CUE_VERB,
		" abandons abolishes accused accuses acquire acquired "
		"acquires acquiring added adds admits adopts agreed agrees "
		"aims allows announce announced announces apologises "
		"apologizes appeals appointed appoints approves asked asks "
		"awarded axes backs bags banned barred bars beat beats became "
		"bets blamed blames blocks boosts borrows bought brings "
		"builds buy buying buys calls cancels caps challenges charged "
		"chases claims clarifies clears clinches closed closes "
		"combines commits completes concedes confirms considers "
		"courts cracks crashed crashes creates criticised criticized "
		"curbs cut cuts cutting debuts declared declares declined "
		"declines defends delays denies deploys develops dips "
		"disclosed discloses discontinues ditches doubles down "
		"downgraded downgrades drives dropped drops dumps eases edges "
		"eliminates embraces ended ends enters escapes exceeds exits "
		"expands expected expects explains explores extends eyes "
		"faces fails fall fallen falling falls fell fights filed "
		"files finalizes fined fires fixes flags forced forecasts "
		"forms freezes furloughs gain gained gains gave gets gives "
		"grants grows guides hacked had halts hands has have hikes "
		"hints hired hires hit hits holds hopes idles increased "
		"increases incurs inks insists installs integrates intends "
		"introduces invested investigated invests is issues joined "
		"joins jumped jumps keeps laid launch launched launches "
		"launching lays leads leaps led licenses lifts likely limits "
		"lists logs looks lose loses lost lowered lowers lures made "
		"makes mandates may merges might misses moves mulls nabs "
		"names nears needs notches obtains offered offers offloads "
		"opened opens ordered orders ousts outlines outpaces "
		"outperformed outperforms overhauls overtakes owns paid pares "
		"partnered partners patches pauses pays permits picks pilots "
		"planned planning plans pledges plots plummets plunged "
		"plunges poaches posted posts predicts prepares preps "
		"presents pressures prices probed probes produces promises "
		"promotes proposed proposes pulls purchases pushes puts quits "
		"raised raises raising rallied rallies rallying ramps ran "
		"ranked reaches readies rebounds rebrands rebuilds recalls "
		"receives recruits redesigns reduces refunds refuses rehires "
		"reinstates reiterates rejects relaunches released releases "
		"relocates remains removes renames renews reopens reorganizes "
		"replaces replies reported reporting reports repurchases "
		"responds restarts restores restructures resumes retains "
		"rethinks retreated retreats returned returns revamps reveals "
		"revises revives risen rises rising rivals rolled rolls rose "
		"runs sacks says scales scraps secures see seeks seen sees "
		"sell selling sells sent serves set sets settle settled "
		"settles shed sheds shelves ships shows shrinks shuts "
		"shutters sign signals signed signs simplifies sinks skids "
		"slammed slashes slid slides slipped slips slows slumped "
		"slumps snaps soared soars sold spends spent spikes spins "
		"splits sponsors spurns spurts stops streamlines strengthens "
		"strikes stumbles submits sued sues suffers suing supports "
		"surged surges surprises suspended suspends swings switches "
		"takes taps targets teams tells terminates tests ticks "
		"tightens to took topped tops touches touts trades trading "
		"trials tries trims tumbled tumbles turns unloads unveiled "
		"unveils up upends upgraded upgrades urged urges uses values "
		"ventures vows walks wants warned warns was weighs welcomes "
		"were widens will win wins withdraws won would wows writes "
		"yanks zooms "},
	{CUE_SPEECH,
		" according added adding argues believes comments commented "
		"noted notes recommends said saying says told tells thinks "
		"writes wrote "},
	{CUE_ADVERB,
		" already also again currently ever finally has have is just "
		"later never not now officially previously quietly recently "
		"reportedly still then today was yesterday "},
	{CUE_BEFORE,
		" acquire acquired acquires acquisition against airline "
		"automaker bank banker brand buy buying buys carmaker carrier "
		"chain chipmaker company competitor conglomerate drugmaker "
		"firm former giant insurer lender like maker manufacturer "
		"miner "
		"named operator owner parent partner platform producer "
		"provider rival rivals retailer sell sells startup sue sued "
		"sues subsidiary supplier tech unit utility versus via vs "
		"brokerage chief including developer major giants names broker "
		"peers peer cos upgrades downgrades sold acquiring follow "
		"followed shares stocks "},
	{CUE_PREPOSITION,
		" after against at behind between beyond by despite for from "
		"in into of off on over than through to toward towards under "
		"versus via vs with within without as "},
	{CUE_ARTICLE,
		" a an any both each every her his its my no our some that the "
		"their these this those what which your "},
	{CUE_TITLE,
		" ambassador analyst archbishop bishop captain chairman "
		"chancellor coach col commissioner congressman "
		"congresswoman councilman dame detective dr "
		"governor judge justice king lady lord miss mr mrs ms pastor "
		"mayor minister pope premier president prince princess prof "
		"professor queen rep rev "
		"secretary sen senator sergeant sgt sheikh sheriff sir "},
	{CUE_JOB,
		" actor actress analyst author champion coach director "
		"economist governor journalist judge lawmaker manager mayor "
		"minister player politician reporter republican democrat "
		"senator singer star "},
	{CUE_PLACE,
		" airport america avenue basin bay beach boulevard bridge "
		"building canyon castle center centre church city coast "
		"college county court creek district division field forest "
		"gate hall heights high hill hills hospital house island "
		"islands kingdom lake mountain museum nations north ocean "
		"palace park peninsula province ranch reef republic ridge "
		"river road school sea springs square stadium state states "
		"strait street summit township tower town union university "
		"valley village west "},
	{CUE_FUNCTION,
		" a about after again against all also am amid an and any are "
		"as at be because been before being between both but by can "
		"could did do does down during each even every few for from "
		"had has have he her here his how i if in into is it its just "
		"may me might more most much must my new next no nor not now "
		"of off on once one only or other our out over own per said "
		"says she should since so some still such than that the their "
		"them then there these they this those through to too under "
		"uk until up us very via vs was we were what when where which "
		"while who why will with would yet you your "},
	{CUE_NEWS,
		" monday tuesday wednesday thursday friday saturday sunday "
		"january february march april june july august september "
		"october november december today yesterday tomorrow year week "
		"month quarter breaking exclusive update update1 live watch "
		"video here are here's top stocks "},
	{CUE_OWNER, " her his my our their your "},
	{CUE_EXCHANGE,
		" amex arca asx bme bse cboe cse epa etr euronext fra hkex "
		"hkg iex jse krx kosdaq lon lse moex nasdaq nasdaqcm nasdaqgm "
		"nasdaqgs neo nse nyse nyseamerican nysearca nysemkt otc "
		"otcbb otcmkts otcpk otcqb otcqx sgx shse six sse stu szse "
		"tse tsx tsxv twse tyo vie xetra "},
};

#define WORD_MAX 32 /* bytes; no listed word is longer */

unsigned
cues_get(struct span folded)
{
	char spaced[WORD_MAX + 3];
	unsigned bits = 0;
	size_t i;

	if (folded.n == 0 || folded.n > WORD_MAX)
		return 0;
	spaced[0] = spaced[folded.n + 1] = ' ';
	memcpy(spaced + 1, folded.p, folded.n);
	spaced[folded.n + 2] = '\0';
	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (strstr(lists[i].words, spaced))
			bits |= (unsigned)lists[i].cue;
	return bits;
}

void
cues_each(cues_each_cb on_word, void *arg)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		struct span rest = span_of(lists[i].words), word;

		while (span_next(&rest, ' ', &word))
			if (word.n)
				on_word(word, lists[i].cue, arg);
	}
}
