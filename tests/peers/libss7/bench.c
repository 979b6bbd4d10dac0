/* What a call costs libss7: two of its exchanges joined by a socket pair, five messages a call, processor time. See README.md.
 * Ours; the linked program falls under the GPL, as libss7 does. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libss7.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CIC = 1, CALLS = 20000, UNIT_OCTETS = 60, SERVICE_S_MAX = 60 };

struct point {
    struct ss7 *ss7;
    int line;
    unsigned code, other;
    struct isup_call *call;
    int is_up;
    unsigned heard; /* the type of the last ISUP event */
};

static struct point points[2];
static unsigned long units;

static void silent(struct ss7 *ss7, char *text)
{
    (void)ss7;
    (void)text;
}

static int on_hangup(struct ss7 *ss7, int cic, unsigned int point_code, int cause, int action)
{
    (void)ss7, (void)cic, (void)point_code, (void)cause, (void)action;
    return SS7_CIC_IDLE;
}

static void on_not_in_service(struct ss7 *ss7, int cic, unsigned int point_code)
{
    (void)ss7, (void)cic, (void)point_code;
}

static void on_call_gone(struct ss7 *ss7, struct isup_call *call, int lock)
{
    (void)ss7, (void)lock;
    for (int i = 0; i < 2; i++)
        if (points[i].call == call)
            points[i].call = NULL;
}

static void on_event(struct point *p, ss7_event *e)
{
    switch (e->e) {
    case SS7_EVENT_UP: p->is_up = 1; return;
    case SS7_EVENT_DOWN: fprintf(stderr, "the link failed\n"); exit(1);
    case ISUP_EVENT_IAM:
        p->call = e->iam.call;
        isup_set_call_dpc(p->call, e->iam.opc);
        break;
    case ISUP_EVENT_REL: isup_rlc(p->ss7, e->rel.call), isup_free_call(p->ss7, e->rel.call), p->call = NULL; break;
    case ISUP_EVENT_RLC: isup_free_call(p->ss7, e->rlc.call), p->call = NULL; break;
    }
    p->heard = e->e;
}

/* A unit from one to the other, and what it brings. */
static void carry(struct point *from, struct point *to)
{
    ss7_write(from->ss7, from->line);
    units++;
    ss7_read(to->ss7, to->line);
    for (ss7_event *e; (e = ss7_check_event(to->ss7));)
        on_event(to, e);
}

static void until(struct point *p, unsigned event)
{
    while (p->heard != event) {
        carry(&points[0], &points[1]);
        carry(&points[1], &points[0]);
    }
    p->heard = 0;
}

static void call(void)
{
    struct point *a = &points[0], *b = &points[1];
    a->call = isup_new_call(a->ss7, CIC, a->other, 1);
    isup_set_called(a->call, "30123456", SS7_NAI_NATIONAL, a->ss7);
    isup_set_calling(a->call, "4940654321", SS7_NAI_INTERNATIONAL, SS7_PRESENTATION_ALLOWED, SS7_SCREENING_NETWORK_PROVIDED);
    isup_set_tmr(a->call, SS7_TMR_3K1_AUDIO);
    isup_iam(a->ss7, a->call);
    until(b, ISUP_EVENT_IAM);
    isup_acm(b->ss7, b->call);
    until(a, ISUP_EVENT_ACM);
    isup_anm(b->ss7, b->call);
    until(a, ISUP_EVENT_ANM);
    isup_rel(a->ss7, a->call, 16);
    until(b, ISUP_EVENT_REL);
    until(a, ISUP_EVENT_RLC);
}

static double processor_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* What that many units cost by their system calls alone. */
static double socket_us(int ends[2], unsigned long count)
{
    char unit[UNIT_OCTETS] = { 0 };
    double begun = processor_us();
    for (unsigned long i = 0; i < count; i++)
        if (write(ends[0], unit, sizeof unit) != sizeof unit || read(ends[1], unit, sizeof unit) != sizeof unit)
            exit(1);
    return processor_us() - begun;
}

int main(void)
{
    int ends[2], idle[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, idle))
        return 1;
    ss7_set_message(silent);
    ss7_set_error(silent);
    ss7_set_notinservice(on_not_in_service);
    ss7_set_hangup(on_hangup);
    ss7_set_call_null(on_call_gone);
    for (int i = 0; i < 2; i++) {
        points[i] = (struct point){ .ss7 = ss7_new(SS7_ITU), .line = ends[i], .code = i + 1, .other = 2 - i };
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
        ss7_set_pc(points[i].ss7, points[i].code);
        ss7_set_network_ind(points[i].ss7, SS7_NI_NAT);
        if (ss7_add_link(points[i].ss7, SS7_TRANSPORT_DAHDIDCHAN, ends[i], 0, points[i].other) || ss7_start(points[i].ss7))
            return 1;
    }
    /* It aligns by the clock. */
    for (time_t begun = time(NULL); !(points[0].is_up && points[1].is_up); usleep(1000)) {
        for (int i = 0; i < 2; i++) {
            carry(&points[i], &points[1 - i]);
            ss7_schedule_run(points[i].ss7);
        }
        if (time(NULL) > begun + SERVICE_S_MAX) {
            fprintf(stderr, "the link does not come into service\n");
            return 1;
        }
    }
    call();
    units = 0;
    double begun = processor_us();
    for (int i = 0; i < CALLS; i++)
        call();
    double spent = processor_us() - begun, sockets = socket_us(idle, units);
    printf("libss7, both ends of a call of five messages: %.2f us, of which %.2f us for the system calls of %.1f units\n",
           spent / CALLS, sockets / CALLS, (double)units / CALLS);
    return 0;
}
