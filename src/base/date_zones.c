/*
 * Zones by name. There is no time zone database: summer time follows the rule
 * of today, to the day and nearly to the hour, which is right for news.
 * Source: RFC 5322 4.3; tz database 2024a; where an abbreviation has several
 * meanings (CST, IST, BST) the one that feeds use most.
 */
#include "base/date_names.h"

#include "base/date.h"

/* clang-format off */
static const struct date_zone zones[] = {
	{"GMT", 0, SUMMER_NONE}, {"UTC", 0, SUMMER_NONE},
	{"UT", 0, SUMMER_NONE}, {"Z", 0, SUMMER_NONE},
	{"WET", 0, SUMMER_NONE}, {"WEST", 60, SUMMER_NONE},
	{"BST", 60, SUMMER_NONE}, {"CET", 60, SUMMER_NONE},
	{"MET", 60, SUMMER_NONE}, {"MEZ", 60, SUMMER_NONE},
	{"WAT", 60, SUMMER_NONE}, {"CEST", 120, SUMMER_NONE},
	{"MEST", 120, SUMMER_NONE}, {"MESZ", 120, SUMMER_NONE},
	{"EET", 120, SUMMER_NONE}, {"CAT", 120, SUMMER_NONE},
	{"SAST", 120, SUMMER_NONE}, {"EEST", 180, SUMMER_NONE},
	{"EAT", 180, SUMMER_NONE}, {"MSK", 180, SUMMER_NONE},
	{"TRT", 180, SUMMER_NONE}, {"MSD", 240, SUMMER_NONE},
	{"GST", 240, SUMMER_NONE}, {"PKT", 300, SUMMER_NONE},
	{"IST", 330, SUMMER_NONE}, {"ICT", 420, SUMMER_NONE},
	{"WIB", 420, SUMMER_NONE}, {"HKT", 480, SUMMER_NONE},
	{"SGT", 480, SUMMER_NONE}, {"MYT", 480, SUMMER_NONE},
	{"PHT", 480, SUMMER_NONE}, {"WITA", 480, SUMMER_NONE},
	{"AWST", 480, SUMMER_NONE}, {"JST", 540, SUMMER_NONE},
	{"KST", 540, SUMMER_NONE}, {"WIT", 540, SUMMER_NONE},
	{"ACST", 570, SUMMER_NONE}, {"AEST", 600, SUMMER_NONE},
	{"ACDT", 630, SUMMER_NONE}, {"AEDT", 660, SUMMER_NONE},
	{"NZST", 720, SUMMER_NONE}, {"NZDT", 780, SUMMER_NONE},
	{"BRST", -120, SUMMER_NONE}, {"NDT", -150, SUMMER_NONE},
	{"ADT", -180, SUMMER_NONE}, {"ART", -180, SUMMER_NONE},
	{"BRT", -180, SUMMER_NONE}, {"CLST", -180, SUMMER_NONE},
	{"NST", -210, SUMMER_NONE}, {"AST", -240, SUMMER_NONE},
	{"AT", -240, SUMMER_US}, {"CLT", -240, SUMMER_NONE},
	{"EDT", -240, SUMMER_NONE}, {"VET", -240, SUMMER_NONE},
	{"CDT", -300, SUMMER_NONE}, {"COT", -300, SUMMER_NONE},
	{"EST", -300, SUMMER_NONE}, {"ET", -300, SUMMER_US},
	{"PET", -300, SUMMER_NONE}, {"CST", -360, SUMMER_NONE},
	{"CT", -360, SUMMER_US}, {"MDT", -360, SUMMER_NONE},
	{"MST", -420, SUMMER_NONE}, {"MT", -420, SUMMER_US},
	{"PDT", -420, SUMMER_NONE}, {"PST", -480, SUMMER_NONE},
	{"PT", -480, SUMMER_US}, {"AKDT", -480, SUMMER_NONE},
	{"AKST", -540, SUMMER_NONE}, {"HST", -600, SUMMER_NONE},

	{"Africa/Algiers", 60, SUMMER_NONE},
	{"Africa/Cairo", 120, SUMMER_NONE},
	{"Africa/Casablanca", 60, SUMMER_NONE},
	{"Africa/Johannesburg", 120, SUMMER_NONE},
	{"Africa/Lagos", 60, SUMMER_NONE},
	{"Africa/Nairobi", 180, SUMMER_NONE},
	{"Africa/Tunis", 60, SUMMER_NONE},
	{"America/Anchorage", -540, SUMMER_US},
	{"America/Argentina/Buenos_Aires", -180, SUMMER_NONE},
	{"America/Bogota", -300, SUMMER_NONE},
	{"America/Buenos_Aires", -180, SUMMER_NONE},
	{"America/Caracas", -240, SUMMER_NONE},
	{"America/Chicago", -360, SUMMER_US},
	{"America/Denver", -420, SUMMER_US},
	{"America/Detroit", -300, SUMMER_US},
	{"America/Edmonton", -420, SUMMER_US},
	{"America/Halifax", -240, SUMMER_US},
	{"America/Lima", -300, SUMMER_NONE},
	{"America/Los_Angeles", -480, SUMMER_US},
	{"America/Mexico_City", -360, SUMMER_NONE},
	{"America/Montevideo", -180, SUMMER_NONE},
	{"America/Montreal", -300, SUMMER_US},
	{"America/New_York", -300, SUMMER_US},
	{"America/Phoenix", -420, SUMMER_NONE},
	{"America/Sao_Paulo", -180, SUMMER_NONE},
	{"America/St_Johns", -210, SUMMER_US},
	{"America/Toronto", -300, SUMMER_US},
	{"America/Vancouver", -480, SUMMER_US},
	{"America/Winnipeg", -360, SUMMER_US},
	{"Asia/Almaty", 300, SUMMER_NONE},
	{"Asia/Baghdad", 180, SUMMER_NONE},
	{"Asia/Bangkok", 420, SUMMER_NONE},
	{"Asia/Calcutta", 330, SUMMER_NONE},
	{"Asia/Colombo", 330, SUMMER_NONE},
	{"Asia/Dhaka", 360, SUMMER_NONE},
	{"Asia/Dubai", 240, SUMMER_NONE},
	{"Asia/Ho_Chi_Minh", 420, SUMMER_NONE},
	{"Asia/Hong_Kong", 480, SUMMER_NONE},
	{"Asia/Jakarta", 420, SUMMER_NONE},
	{"Asia/Jerusalem", 120, SUMMER_EU},
	{"Asia/Karachi", 300, SUMMER_NONE},
	{"Asia/Kathmandu", 345, SUMMER_NONE},
	{"Asia/Kolkata", 330, SUMMER_NONE},
	{"Asia/Kuala_Lumpur", 480, SUMMER_NONE},
	{"Asia/Kuwait", 180, SUMMER_NONE},
	{"Asia/Manila", 480, SUMMER_NONE},
	{"Asia/Qatar", 180, SUMMER_NONE},
	{"Asia/Riyadh", 180, SUMMER_NONE},
	{"Asia/Saigon", 420, SUMMER_NONE},
	{"Asia/Seoul", 540, SUMMER_NONE},
	{"Asia/Shanghai", 480, SUMMER_NONE},
	{"Asia/Singapore", 480, SUMMER_NONE},
	{"Asia/Taipei", 480, SUMMER_NONE},
	{"Asia/Tashkent", 300, SUMMER_NONE},
	{"Asia/Tehran", 210, SUMMER_NONE},
	{"Asia/Tokyo", 540, SUMMER_NONE},
	{"Atlantic/Reykjavik", 0, SUMMER_NONE},
	{"Australia/Adelaide", 570, SUMMER_AU},
	{"Australia/Brisbane", 600, SUMMER_NONE},
	{"Australia/Canberra", 600, SUMMER_AU},
	{"Australia/Darwin", 570, SUMMER_NONE},
	{"Australia/Hobart", 600, SUMMER_AU},
	{"Australia/Melbourne", 600, SUMMER_AU},
	{"Australia/Perth", 480, SUMMER_NONE},
	{"Australia/Sydney", 600, SUMMER_AU},
	{"Europe/Amsterdam", 60, SUMMER_EU},
	{"Europe/Athens", 120, SUMMER_EU},
	{"Europe/Belgrade", 60, SUMMER_EU},
	{"Europe/Berlin", 60, SUMMER_EU},
	{"Europe/Bratislava", 60, SUMMER_EU},
	{"Europe/Brussels", 60, SUMMER_EU},
	{"Europe/Bucharest", 120, SUMMER_EU},
	{"Europe/Budapest", 60, SUMMER_EU},
	{"Europe/Copenhagen", 60, SUMMER_EU},
	{"Europe/Dublin", 0, SUMMER_EU},
	{"Europe/Helsinki", 120, SUMMER_EU},
	{"Europe/Istanbul", 180, SUMMER_NONE},
	{"Europe/Kiev", 120, SUMMER_EU},
	{"Europe/Kyiv", 120, SUMMER_EU},
	{"Europe/Lisbon", 0, SUMMER_EU},
	{"Europe/Ljubljana", 60, SUMMER_EU},
	{"Europe/London", 0, SUMMER_EU},
	{"Europe/Luxembourg", 60, SUMMER_EU},
	{"Europe/Madrid", 60, SUMMER_EU},
	{"Europe/Minsk", 180, SUMMER_NONE},
	{"Europe/Moscow", 180, SUMMER_NONE},
	{"Europe/Oslo", 60, SUMMER_EU},
	{"Europe/Paris", 60, SUMMER_EU},
	{"Europe/Prague", 60, SUMMER_EU},
	{"Europe/Riga", 120, SUMMER_EU},
	{"Europe/Rome", 60, SUMMER_EU},
	{"Europe/Sofia", 120, SUMMER_EU},
	{"Europe/Stockholm", 60, SUMMER_EU},
	{"Europe/Tallinn", 120, SUMMER_EU},
	{"Europe/Vienna", 60, SUMMER_EU},
	{"Europe/Vilnius", 120, SUMMER_EU},
	{"Europe/Warsaw", 60, SUMMER_EU},
	{"Europe/Zagreb", 60, SUMMER_EU},
	{"Europe/Zurich", 60, SUMMER_EU},
	{"Pacific/Auckland", 720, SUMMER_NZ},
	{"Pacific/Honolulu", -600, SUMMER_NONE},
	{"US/Central", -360, SUMMER_US},
	{"US/Eastern", -300, SUMMER_US},
	{"US/Mountain", -420, SUMMER_US},
	{"US/Pacific", -480, SUMMER_US},
};
/* clang-format on */

/* Summer time lasts from a Sunday of one month to a Sunday of another, from
 * about two o'clock; LAST is the last Sunday. */
#define LAST 5

static const struct {
	int from_month, from_nth, to_month, to_nth;
} summers[] = {
	[SUMMER_US] = {3, 2, 11, 1},
	[SUMMER_EU] = {3, LAST, 10, LAST},
	[SUMMER_AU] = {10, 1, 4, 1},
	[SUMMER_NZ] = {9, LAST, 4, 1},
};

const struct date_zone *
date_zone(struct span name)
{
	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++)
		if (span_caseeq_str(name, zones[i].name))
			return &zones[i];
	return NULL;
}

/* Day of the month of its n-th Sunday. */
static int
nth_sunday(int year, int month, int n)
{
	int first_weekday = (int)((date_days(year, month, 1) + 4) % 7);
	int day = 1 + (7 - first_weekday) % 7 + 7 * (n - 1);
	int64_t next = month == 12 ? date_days(year + 1, 1, 1)
				   : date_days(year, month + 1, 1);

	return day > next - date_days(year, month, 1) ? day - 7 : day;
}

int
date_zone_minutes(
	const struct date_zone *zone, int year, int month, int day, int hour)
{
	int from_month, to_month, now, from, to;
	bool summer;

	if (zone->summer == SUMMER_NONE)
		return zone->minutes;
	from_month = summers[zone->summer].from_month;
	to_month = summers[zone->summer].to_month;
	/* Hours of a year whose months have 31 days: order is all we need. */
	now = (month * 31 + day) * 24 + hour;
	from = (from_month * 31 +
		       nth_sunday(year, from_month,
			       summers[zone->summer].from_nth)) *
			24 +
		2;
	to = (to_month * 31 +
		     nth_sunday(year, to_month, summers[zone->summer].to_nth)) *
			24 +
		2;
	summer = from < to ? now >= from && now < to : now >= from || now < to;
	return zone->minutes + (summer ? 60 : 0);
}
