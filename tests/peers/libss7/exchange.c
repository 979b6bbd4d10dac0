/* An exchange of libss7 on a socket: see README.md. Ours; the linked program falls under the GPL, as libss7 does. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libss7.h>
#include <malloc.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { OPERATOR = 1, LINKS_MAX = 2, CIC_MAX = 4095, LINE_OCTETS_MAX = 4096 };
enum { UNIT_EVERY_US = 1000 }; /* a fill-in unit takes 0.75 ms at 64 kbit/s */

/* The line of each link, by signalling link code. */
static const int lines[LINKS_MAX] = { 0, 2 };
static unsigned far_point_code;
/* The call on each circuit, as the library knows it. */
static struct isup_call *calls[CIC_MAX + 1];

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

/* ---- the library's callbacks ---- */

static void on_message(struct ss7 *ss7, char *text)
{
    (void)ss7;
    if (getenv("LIBSS7_DEBUG"))
        fputs(text, stderr);
}

static void on_error(struct ss7 *ss7, char *text)
{
    (void)ss7;
    text[strcspn(text, "\n")] = 0;
    tell("error %s", text);
}

static void on_not_in_service(struct ss7 *ss7, int cic, unsigned int point_code)
{
    (void)ss7;
    (void)point_code;
    tell("notinservice %d", cic);
}

static int on_hangup(struct ss7 *ss7, int cic, unsigned int point_code, int cause, int action)
{
    (void)ss7;
    (void)point_code;
    tell("hangup %d %d %d", cic, cause, action);
    return SS7_CIC_IDLE;
}

static void on_call_gone(struct ss7 *ss7, struct isup_call *call, int lock)
{
    (void)ss7;
    (void)lock;
    for (int cic = 0; cic <= CIC_MAX; cic++)
        if (calls[cic] == call)
            calls[cic] = NULL;
}

/* ---- what the library tells ---- */

static void over(struct ss7 *ss7, int cic, struct isup_call *call)
{
    isup_free_call(ss7, call);
    calls[cic] = NULL;
}

static void settle(struct ss7 *ss7, int cic, struct isup_call *call)
{
    if (!isup_free_call_if_clear(ss7, call))
        calls[cic] = NULL;
}

static void on_event(struct ss7 *ss7, ss7_event *e)
{
    unsigned char status[255] = { 0 };
    switch (e->e) {
    case SS7_EVENT_UP: tell("up"); break;
    case SS7_EVENT_DOWN: tell("down"); break;
    case ISUP_EVENT_IAM:
        calls[e->iam.cic] = e->iam.call;
        isup_set_call_dpc(e->iam.call, e->iam.opc);
        tell("IAM %d %s %s", e->iam.cic, e->iam.called_party_num, e->iam.calling_party_num);
        break;
    case ISUP_EVENT_ACM: tell("ACM %d", e->acm.cic); break;
    case ISUP_EVENT_CPG: tell("CPG %d %d", e->cpg.cic, e->cpg.event); break;
    case ISUP_EVENT_ANM: tell("ANM %d", e->anm.cic); break;
    case ISUP_EVENT_CON: tell("CON %d", e->con.cic); break;
    case ISUP_EVENT_SUS: tell("SUS %d", e->sus.cic); break;
    case ISUP_EVENT_RES: tell("RES %d", e->res.cic); break;
    case ISUP_EVENT_REL:
        tell("REL %d %d", e->rel.cic, e->rel.cause);
        isup_rlc(ss7, e->rel.call);
        over(ss7, e->rel.cic, e->rel.call);
        break;
    case ISUP_EVENT_RLC:
        tell("RLC %d", e->rlc.cic);
        over(ss7, e->rlc.cic, e->rlc.call);
        break;
    case ISUP_EVENT_RSC:
        tell("RSC %d", e->rsc.cic);
        isup_rlc(ss7, e->rsc.call);
        over(ss7, e->rsc.cic, e->rsc.call);
        break;
    case ISUP_EVENT_GRS:
        tell("GRS %d %d", e->grs.startcic, e->grs.endcic);
        isup_gra(ss7, e->grs.call, e->grs.endcic, status);
        settle(ss7, e->grs.startcic, e->grs.call);
        break;
    case ISUP_EVENT_GRA:
        tell("GRA %d %d", e->gra.startcic, e->gra.endcic);
        settle(ss7, e->gra.startcic, e->gra.call);
        break;
    case ISUP_EVENT_BLO:
        tell("BLO %d", e->blo.cic);
        isup_bla(ss7, e->blo.call);
        settle(ss7, e->blo.cic, e->blo.call);
        break;
    case ISUP_EVENT_UBL:
        tell("UBL %d", e->ubl.cic);
        isup_uba(ss7, e->ubl.call);
        settle(ss7, e->ubl.cic, e->ubl.call);
        break;
    case ISUP_EVENT_BLA:
        tell("BLA %d", e->bla.cic);
        settle(ss7, e->bla.cic, e->bla.call);
        break;
    case ISUP_EVENT_UBA:
        tell("UBA %d", e->uba.cic);
        settle(ss7, e->uba.cic, e->uba.call);
        break;
    case ISUP_EVENT_CGB:
        tell("CGB %d %d %d", e->cgb.startcic, e->cgb.endcic, e->cgb.type);
        isup_cgba(ss7, e->cgb.call, e->cgb.endcic, e->cgb.status);
        settle(ss7, e->cgb.startcic, e->cgb.call);
        break;
    case ISUP_EVENT_CGU:
        tell("CGU %d %d %d", e->cgu.startcic, e->cgu.endcic, e->cgu.type);
        isup_cgua(ss7, e->cgu.call, e->cgu.endcic, e->cgu.status);
        settle(ss7, e->cgu.startcic, e->cgu.call);
        break;
    case ISUP_EVENT_CGBA:
        tell("CGBA %d %d %d", e->cgba.startcic, e->cgba.endcic, e->cgba.type);
        settle(ss7, e->cgba.startcic, e->cgba.call);
        break;
    case ISUP_EVENT_CGUA:
        tell("CGUA %d %d %d", e->cgua.startcic, e->cgua.endcic, e->cgua.type);
        settle(ss7, e->cgua.startcic, e->cgua.call);
        break;
    case ISUP_EVENT_UCIC: tell("UCIC %d", e->ucic.cic); break;
    default: tell("event %s", ss7_event2str(e->e));
    }
}

static void on_events(struct ss7 *ss7)
{
    for (ss7_event *e; (e = ss7_check_event(ss7));)
        on_event(ss7, e);
}

/* ---- what the operator asks ---- */

static void place(struct ss7 *ss7, int cic, const char *called, const char *calling)
{
    struct isup_call *call = isup_new_call(ss7, cic, far_point_code, 1);
    if (!call) {
        tell("refused iam %d", cic);
        return;
    }
    calls[cic] = call;
    isup_set_called(call, called, SS7_NAI_NATIONAL, ss7);
    isup_set_calling(call, calling, SS7_NAI_NATIONAL, SS7_PRESENTATION_ALLOWED, SS7_SCREENING_NETWORK_PROVIDED);
    isup_set_tmr(call, SS7_TMR_3K1_AUDIO);
    isup_iam(ss7, call);
}

static int records;
static void on_shown(int fd, const char *format, ...)
{
    /* The table has two heading lines; a record's line begins with its number, whatever else it says. */
    char line[LINE_OCTETS_MAX];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    (void)fd;
    if (getenv("LIBSS7_DEBUG"))
        fputs(line, stderr);
    records += strspn(line, " ") != strlen(line) && line[strspn(line, " ")] >= '0' && line[strspn(line, " ")] <= '9';
}

static void on_operator(struct ss7 *ss7, char *line)
{
    char verb[16] = "", called[64] = "", calling[64] = "";
    int cic = 0, last = 0, type = 0;
    unsigned char status[255];
    if (sscanf(line, "%15s %d", verb, &cic) < 1 || cic < 0 || cic > CIC_MAX) {
        tell("refused %s", line);
        return;
    }
    sscanf(line, "%*s %*d %63s %63s", called, calling);
    sscanf(line, "%*s %*d %d %d", &last, &type);
    memset(status, 1, sizeof status);
    if (!strcmp(verb, "iam")) {
        place(ss7, cic, called, calling);
        return;
    }
    if (!strcmp(verb, "calls")) {
        records = 0;
        isup_show_calls(ss7, on_shown, -1);
        tell("calls %d %zu", records, mallinfo2().uordblks);
        return;
    }
    struct isup_call *call = calls[cic] ? calls[cic] : isup_new_call(ss7, cic, far_point_code, 0);
    if (!call)
        tell("refused %s", line);
    else if (!strcmp(verb, "acm"))
        isup_acm(ss7, call);
    else if (!strcmp(verb, "cpg"))
        isup_cpg(ss7, call, last);
    else if (!strcmp(verb, "anm"))
        isup_anm(ss7, call);
    else if (!strcmp(verb, "con"))
        isup_con(ss7, call);
    else if (!strcmp(verb, "sus"))
        isup_sus(ss7, call, 1);
    else if (!strcmp(verb, "res"))
        isup_res(ss7, call, 1);
    else if (!strcmp(verb, "rel"))
        isup_rel(ss7, call, last);
    else if (!strcmp(verb, "blo"))
        isup_blo(ss7, call);
    else if (!strcmp(verb, "ubl"))
        isup_ubl(ss7, call);
    else if (!strcmp(verb, "rsc"))
        isup_rsc(ss7, call);
    else if (!strcmp(verb, "grs"))
        isup_grs(ss7, call, last);
    else if (!strcmp(verb, "cgb"))
        isup_cgb(ss7, call, last, status, type);
    else if (!strcmp(verb, "cgu"))
        isup_cgu(ss7, call, last, status, type);
    else
        tell("refused %s", line);
}

/* Takes what the operator has sent apart into lines. */
static void read_operator(struct ss7 *ss7)
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
        on_operator(ss7, line);
    }
    held = strlen(line);
    memmove(text, line, held);
    if (held == sizeof text - 1)
        exit(1); /* a line without end */
}

static long long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000ll + t.tv_nsec / 1000;
}

static int is_ready(int fd, short events)
{
    struct pollfd p = { fd, events, 0 };
    return poll(&p, 1, 0) > 0 && (p.revents & events);
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    int network = !strcmp(argv[3], "ansi") ? SS7_ANSI : SS7_ITU;
    far_point_code = atoi(argv[2]);
    int links = atoi(argv[4]);
    if (links < 1 || links > LINKS_MAX)
        return 2;
    ss7_set_message(on_message);
    ss7_set_error(on_error);
    ss7_set_notinservice(on_not_in_service);
    ss7_set_hangup(on_hangup);
    ss7_set_call_null(on_call_gone);
    struct ss7 *ss7 = ss7_new(network);
    if (!ss7)
        return 1;
    ss7_set_pc(ss7, atoi(argv[1]));
    ss7_set_network_ind(ss7, SS7_NI_NAT);
    ss7_set_flags(ss7, SS7_INR_IF_NO_CALLING);
    ss7_set_debug(ss7, getenv("LIBSS7_DEBUG") ? SS7_DEBUG_MTP2 | SS7_DEBUG_MTP3 | SS7_DEBUG_ISUP : 0);
    for (int slc = 0; slc < links; slc++) {
        fcntl(lines[slc], F_SETFL, O_NONBLOCK);
        if (ss7_add_link(ss7, SS7_TRANSPORT_DAHDIDCHAN, lines[slc], slc, far_point_code))
            return 1;
    }
    if (ss7_start(ss7))
        return 1;
    for (long long next = now_us();;) {
        struct pollfd waits[1 + LINKS_MAX] = { { OPERATOR, POLLIN, 0 } };
        for (int slc = 0; slc < links; slc++)
            waits[1 + slc] = (struct pollfd){ lines[slc], POLLIN, 0 };
        poll(waits, 1 + links, 1);
        /* Its queue of events is short: it is emptied after each unit. */
        for (int slc = 0; slc < links; slc++)
            while (is_ready(lines[slc], POLLIN) && ss7_read(ss7, lines[slc]) >= 0)
                on_events(ss7);
        if (is_ready(OPERATOR, POLLIN))
            read_operator(ss7);
        if (now_us() >= next) {
            next = now_us() + UNIT_EVERY_US;
            for (int slc = 0; slc < links; slc++)
                if (is_ready(lines[slc], POLLOUT))
                    ss7_write(ss7, lines[slc]);
        }
        ss7_schedule_run(ss7);
        on_events(ss7);
    }
}
