/* An end of libpri on a socket: see README.md. Ours; the linked program falls under the GPL, as libpri does. */
#include <fcntl.h>
#include <libpri.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 0, OPERATOR = 1, BACKUP_LINE = 2, LINE_OCTETS_MAX = 4096, NUMBER_MAX = 64, D_CHANNELS_MAX = 2 };

static struct {
    int line;
    struct pri *pri;
    int is_up;
} d_channels[D_CHANNELS_MAX];
static int d_channel_count;
static int has_backup;
static int active; /* the D-channel that calls are signalled over */

static q931_call *present; /* the one call that the operator speaks of */
static int present_channel;
static q931_call *parked; /* a second one, which can only be bridged with it */
static q931_call *asked;  /* the one that the other end would have ended */

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
    char line[LINE_OCTETS_MAX];
    va_list values;
    va_start(values, format);
    int octets = vsnprintf(line, sizeof line - 1, format, values);
    va_end(values);
    if (octets < 0)
        return;
    if (octets > (int)sizeof line - 2)
        octets = sizeof line - 2;
    line[octets++] = '\n';
    for (int sent = 0; sent < octets;) {
        ssize_t n = write(OPERATOR, line + sent, octets - sent);
        if (n < 0)
            exit(0); /* the operator has gone */
        sent += n;
    }
}

/* ---- what the library tells ---- */

/* Standard error may be a D-channel. */
static int debugs(void)
{
    return getenv("LIBPRI_DEBUG") && !has_backup;
}

static void on_message(struct pri *pri, char *text)
{
    (void)pri;
    if (debugs())
        fputs(text, stderr);
}

static void on_error(struct pri *pri, char *text)
{
    (void)pri;
    text[strcspn(text, "\n")] = 0;
    tell("error %s", text);
}

static const char *shown(const char *text)
{
    return text[0] ? text : "-";
}

static void take_call(q931_call *call, int channel)
{
    present = call;
    present_channel = channel;
}

/* The library has forgotten the call, or is about to. */
static void forget_call(const q931_call *call)
{
    if (call == present)
        present = NULL;
    if (call == parked)
        parked = NULL;
    if (call == asked)
        asked = NULL;
}

/* What the library's own commands say that come with an event. */
static void tell_services(const struct pri_subcommands *commands)
{
    for (int i = 0; commands && i < commands->counter_subcmd; i++) {
        const struct pri_subcommand *command = &commands->subcmd[i];
        if (command->cmd == PRI_SUBCMD_AOC_D && command->u.aoc_d.charge == PRI_AOC_DE_CHARGE_UNITS)
            tell("charge-now units=%ld", command->u.aoc_d.recorded.unit.item[0].number);
        if (command->cmd == PRI_SUBCMD_AOC_E && command->u.aoc_e.charge == PRI_AOC_DE_CHARGE_UNITS)
            tell("charge-end units=%ld", command->u.aoc_e.recorded.unit.item[0].number);
        if (command->cmd == PRI_SUBCMD_MCID_RSP)
            tell("malicious status=%d", command->u.mcid_rsp.status);
        if (command->cmd == PRI_SUBCMD_REDIRECTING)
            tell("diverted to=%s restricted=%d", shown(command->u.redirecting.to.number.str),
                 (command->u.redirecting.to.number.presentation & PRI_PRES_RESTRICTION) != 0);
        if (command->cmd == PRI_SUBCMD_CONNECTED_LINE)
            tell("connected-line number=%s", shown(command->u.connected_line.id.number.str));
    }
}

static void on_event(struct pri *pri, pri_event *e)
{
    switch (e->e) {
    case PRI_EVENT_DCHAN_UP: tell(pri == d_channels[0].pri ? "up" : "backup up"); break;
    case PRI_EVENT_DCHAN_DOWN: tell(pri == d_channels[0].pri ? "down" : "backup down"); break;
    case PRI_EVENT_RESTART: tell("restart %d", e->restart.channel); break;
    case PRI_EVENT_RESTART_ACK: tell("restarted %d", e->restartack.channel); break;
    case PRI_EVENT_RING:
        take_call(e->ring.call, e->ring.channel);
        tell("ring channel=%d called=%s calling=%s name=%s complete=%d span=%d", e->ring.channel & 0xff, shown(e->ring.callednum),
             shown(e->ring.callingnum), shown(e->ring.callingname), e->ring.complete, e->ring.channel >> 8 & 0xff);
        break;
    case PRI_EVENT_INFO_RECEIVED: tell("information %s complete=%d", shown(e->ring.callednum), e->ring.complete); break;
    case PRI_EVENT_SETUP_ACK: tell("more channel=%d", e->setup_ack.channel & 0xff); break;
    case PRI_EVENT_PROCEEDING:
        present_channel = e->proceeding.channel;
        tell("proceeding channel=%d", e->proceeding.channel & 0xff);
        break;
    case PRI_EVENT_PROGRESS: tell("progress mask=%d", e->proceeding.progressmask); break;
    case PRI_EVENT_RINGING: tell("ringing mask=%d", e->ringing.progressmask); break;
    case PRI_EVENT_ANSWER: tell("answer channel=%d", e->answer.channel & 0xff); break;
    case PRI_EVENT_HANGUP_REQ:
        tell_services(e->hangup.subcmds);
        asked = e->hangup.call;
        tell("disconnect cause=%d", e->hangup.cause);
        break;
    case PRI_EVENT_HANGUP:
        tell_services(e->hangup.subcmds);
        tell("hangup cause=%d aoc=%ld", e->hangup.cause, e->hangup.aoc_units);
        forget_call(e->hangup.call);
        /* The answer that is due, before the library forgets the call. */
        pri_hangup(pri, e->hangup.call, -1);
        break;
    case PRI_EVENT_HANGUP_ACK:
        tell("cleared cause=%d", e->hangup.cause);
        forget_call(e->hangup.call);
        break;
    case PRI_EVENT_FACILITY:
        tell_services(e->facility.subcmds);
        tell("facility name=%s", shown(e->facility.callingname));
        break;
    case PRI_EVENT_HOLD: tell("hold"); break;
    case PRI_EVENT_HOLD_ACK: tell("held"); break;
    case PRI_EVENT_HOLD_REJ: tell("hold refused cause=%d", e->hold_rej.cause); break;
    case PRI_EVENT_RETRIEVE: tell("retrieve channel=%d", e->retrieve.channel & 0xff); break;
    case PRI_EVENT_RETRIEVE_ACK: tell("retrieved channel=%d", e->retrieve_ack.channel & 0xff); break;
    case PRI_EVENT_RETRIEVE_REJ: tell("retrieve refused cause=%d", e->retrieve_rej.cause); break;
    case PRI_EVENT_NOTIFY: tell("notify %d", e->notify.info); break;
    default: tell("event %s", pri_event2str(e->e));
    }
}

/* ---- what the operator asks ---- */

/* place CHANNEL exclusive|preferred CALLED CALLING NAME complete|overlap; "-" is none. */
static int place(struct pri *pri, const char *words)
{
    char mode[16], called[NUMBER_MAX], calling[NUMBER_MAX], name[NUMBER_MAX], end[16];
    int channel;
    if (sscanf(words, "%d %15s %63s %63s %63s %15s", &channel, mode, called, calling, name, end) != 6 || present)
        return -1;
    struct pri_sr *request = pri_sr_new();
    if (!request || !(present = pri_new_call(pri)))
        return -1;
    present_channel = channel;
    pri_sr_set_channel(request, channel, !strcmp(mode, "exclusive"), 0);
    pri_sr_set_bearer(request, PRI_TRANS_CAP_3_1K_AUDIO, PRI_LAYER_1_ALAW);
    pri_sr_set_called(request, called, PRI_NATIONAL_ISDN, !strcmp(end, "complete"));
    pri_sr_set_caller(request, strcmp(calling, "-") ? calling : NULL, strcmp(name, "-") ? name : NULL, PRI_NATIONAL_ISDN,
                      PRES_ALLOWED_USER_NUMBER_NOT_SCREENED);
    int result = pri_setup(pri, present, request);
    pri_sr_free(request);
    return result;
}

/* AOC-D and AOC-E: so many charging units. */
static int charge_now(struct pri *pri, int units)
{
    struct pri_subcmd_aoc_d charge = { .charge = PRI_AOC_DE_CHARGE_UNITS, .billing_id = PRI_AOC_D_BILLING_ID_NORMAL };
    charge.recorded.unit.num_items = 1;
    charge.recorded.unit.item[0].number = units;
    charge.recorded.unit.item[0].type = -1;
    return pri_aoc_d_send(pri, present, &charge);
}

static int charge_end(struct pri *pri, int units)
{
    struct pri_subcmd_aoc_e charge = { .charge = PRI_AOC_DE_CHARGE_UNITS, .billing_id = PRI_AOC_E_BILLING_ID_NORMAL };
    charge.recorded.unit.num_items = 1;
    charge.recorded.unit.item[0].number = units;
    charge.recorded.unit.item[0].type = -1;
    return pri_aoc_e_send(pri, present, &charge);
}

/* Diverts the call, of which libpri is the called end, to the digits in words. */
static int reroute(struct pri *pri, const char *words)
{
    struct pri_party_redirecting to;
    memset(&to, 0, sizeof to);
    to.to.number.valid = to.from.number.valid = 1;
    to.to.number.plan = to.from.number.plan = PRI_NATIONAL_ISDN;
    if (sscanf(words, "%63s %63s", to.to.number.str, to.from.number.str) != 2)
        return -1;
    to.count = 1;
    to.reason = PRI_REDIR_FORWARD_ON_BUSY;
    return pri_reroute_call(pri, present, NULL, &to, 0);
}

/* waiting NUMBER yes|no: messages wait for a user, or none do. The library sends it on a connection without a channel, which
   it ends by itself. */
static int waiting(struct pri *pri, const char *words)
{
    char number[NUMBER_MAX], is[4];
    if (sscanf(words, "%63s %3s", number, is) != 2 || present || !(present = pri_new_call(pri)))
        return -1;
    int (*tell_them)(struct pri *, q931_call *, char *, int, char *, int, char *, int) =
        strcmp(is, "yes") ? pri_mwi_deactivate : pri_mwi_activate;
    return tell_them(pri, present, "", PRI_UNKNOWN, "", PRES_NUMBER_NOT_AVAILABLE, number, PRI_UNKNOWN);
}

/* The number in these words, which may be shown. */
static int read_number(struct pri_party_number *number, const char *words)
{
    number->valid = 1;
    number->plan = PRI_NATIONAL_ISDN;
    number->presentation = PRES_ALLOWED_USER_NUMBER_NOT_SCREENED;
    return sscanf(words, "%63s", number->str) == 1;
}

/* Tells the caller to whom the call goes, and that it may be shown. */
static int divert(struct pri *pri, const char *words)
{
    struct pri_party_redirecting to;
    memset(&to, 0, sizeof to);
    if (!read_number(&to.to.number, words))
        return -1;
    to.count = 1;
    to.reason = PRI_REDIR_FORWARD_ON_NO_REPLY;
    return pri_redirecting_update(pri, present, &to);
}

/* Tells the other end who is at this one now. */
static int transferred(struct pri *pri, const char *words)
{
    struct pri_party_connected_line to;
    memset(&to, 0, sizeof to);
    if (!read_number(&to.id.number, words))
        return -1;
    return pri_connected_line_update(pri, present, &to);
}

static int on_call(struct pri *pri, const char *verb, int number, const char *words)
{
    if (!present)
        return -1;
    if (!strcmp(verb, "more"))
        return pri_setup_ack(pri, present, present_channel, 0, 0);
    if (!strcmp(verb, "proceed"))
        return pri_proceeding(pri, present, present_channel, 0);
    if (!strcmp(verb, "progress"))
        return pri_progress(pri, present, present_channel, 1);
    if (!strcmp(verb, "ring"))
        return pri_acknowledge(pri, present, present_channel, 0);
    if (!strcmp(verb, "answer"))
        return pri_answer(pri, present, present_channel, 0);
    if (!strcmp(verb, "hold"))
        return pri_hold(pri, present);
    if (!strcmp(verb, "hold-ack"))
        return pri_hold_ack(pri, present);
    if (!strcmp(verb, "retrieve"))
        return pri_retrieve(pri, present, present_channel);
    if (!strcmp(verb, "retrieve-ack"))
        return pri_retrieve_ack(pri, present, present_channel);
    if (!strcmp(verb, "park")) {
        parked = present;
        present = NULL;
        return 0;
    }
    if (!strcmp(verb, "bridge"))
        return parked ? pri_channel_bridge(present, parked) : -1;
    if (!strcmp(verb, "malicious"))
        return pri_mcid_req_send(pri, present);
    if (!strcmp(verb, "reroute"))
        return reroute(pri, words);
    if (!strcmp(verb, "divert"))
        return divert(pri, words);
    if (!strcmp(verb, "transferred"))
        return transferred(pri, words);
    if (!strcmp(verb, "charge-now"))
        return charge_now(pri, number);
    if (!strcmp(verb, "charge-end"))
        return charge_end(pri, number);
    if (!strcmp(verb, "digits")) {
        for (; *words && *words != ' '; words++)
            if (pri_information(pri, present, *words))
                return -1;
        return 0;
    }
    if (!strcmp(verb, "hangup"))
        return pri_hangup(pri, present, number);
    return -1;
}

static void on_operator(struct pri *pri, char *line)
{
    char verb[16] = "";
    int number = 0, at = 0, result;
    sscanf(line, "%15s %n", verb, &at);
    sscanf(line + at, "%d", &number);
    if (!strcmp(verb, "restart"))
        result = pri_reset(pri, number);
    else if (!strcmp(verb, "waiting"))
        result = waiting(pri, line + at);
    else if (!strcmp(verb, "hangup-asked"))
        result = asked ? pri_hangup(pri, asked, number) : -1;
    else if (!strcmp(verb, "place"))
        result = place(pri, line + at);
    else
        result = on_call(pri, verb, number, line + at);
    if (result)
        tell("refused %s", line);
}

/* Takes what the operator has sent apart into lines. */
static void read_operator(struct pri *pri)
{
    static char text[LINE_OCTETS_MAX];
    static size_t held;
    ssize_t n = read(OPERATOR, text + held, sizeof text - 1 - held);
    if (n <= 0)
        exit(0); /* the operator has gone */
    held += n;
    text[held] = 0;
    char *end, *line = text;
    for (; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        on_operator(pri, line);
    }
    held = strlen(line);
    memmove(text, line, held);
    if (held == sizeof text - 1)
        exit(1); /* a line without end */
}

static int switch_type(const char *name)
{
    static const struct { const char *name; int type; } TYPES[] = {
        { "euroisdn-e1", PRI_SWITCH_EUROISDN_E1 }, { "euroisdn-t1", PRI_SWITCH_EUROISDN_T1 },
        { "ni1", PRI_SWITCH_NI1 }, { "ni2", PRI_SWITCH_NI2 }, { "dms100", PRI_SWITCH_DMS100 },
        { "4ess", PRI_SWITCH_ATT4ESS }, { "5ess", PRI_SWITCH_LUCENT5E }, { "qsig", PRI_SWITCH_QSIG },
    };
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (!strcmp(name, TYPES[i].name))
            return TYPES[i].type;
    return PRI_SWITCH_UNKNOWN;
}

static struct pri *new_d_channel(int line, char **arguments)
{
    fcntl(line, F_SETFL, O_NONBLOCK);
    int side = strcmp(arguments[1], "network") ? PRI_CPE : PRI_NETWORK;
    struct pri *pri = pri_new(line, side, switch_type(arguments[2]));
    if (!pri)
        exit(1);
    pri_set_debug(pri, debugs() ? PRI_DEBUG_ALL : 0);
    pri_set_overlapdial(pri, 3);
    pri_facility_enable(pri);
    pri_hold_enable(pri, 1);
    pri_aoc_events_enable(pri, 1);
    pri_mcid_enable(pri, 1);
    pri_reroute_enable(pri, 1);
    pri_transfer_enable(pri, 1);
    pri_set_timer(pri, PRI_TIMER_T200, atoi(arguments[3]));
    pri_set_timer(pri, PRI_TIMER_T203, atoi(arguments[4]));
    d_channels[d_channel_count].line = line;
    d_channels[d_channel_count++].pri = pri;
    return pri;
}

/* Calls are signalled where the other end signals them, and over the other D-channel when theirs is gone. */
static void on_event_of(int which, pri_event *e)
{
    if (!e)
        return;
    if (e->e == PRI_EVENT_DCHAN_UP || e->e == PRI_EVENT_DCHAN_DOWN)
        d_channels[which].is_up = e->e == PRI_EVENT_DCHAN_UP;
    else
        active = which;
    if (!d_channels[active].is_up && d_channels[!active].is_up)
        active = !active;
    on_event(d_channels[which].pri, e);
}

int main(int argc, char **argv)
{
    has_backup = argc == 6 && !strcmp(argv[5], "nfas");
    if (argc != 5 && !has_backup)
        return 2;
    pri_set_message(on_message);
    pri_set_error(on_error);
    struct pri *first = new_d_channel(LINE, argv);
    if (has_backup)
        pri_enslave(first, new_d_channel(BACKUP_LINE, argv));
    for (;;) {
        struct pollfd waits[1 + D_CHANNELS_MAX] = { { OPERATOR, POLLIN, 0 } };
        for (int which = 0; which < d_channel_count; which++)
            waits[1 + which] = (struct pollfd){ d_channels[which].line, POLLIN, 0 };
        poll(waits, 1 + d_channel_count, 1);
        for (int which = 0; which < d_channel_count; which++) {
            on_event_of(which, pri_schedule_run(d_channels[which].pri));
            if (waits[1 + which].revents)
                on_event_of(which, pri_check_event(d_channels[which].pri));
        }
        if (waits[0].revents)
            read_operator(d_channels[active].pri);
    }
}
