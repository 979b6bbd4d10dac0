/*
 * An exchange on one span of a DAHDI driver: libss7 (ITU) on its signalling channel, a bearer for each circuit.
 *
 *     ss7-exchange SIGNALLING_CHANNEL FIRST_CHANNEL OWN_POINT_CODE ADJACENT_POINT_CODE
 *
 * Circuit n has channel FIRST_CHANNEL + n - 1, for n from 1 to 31, except where the link is. It answers every number and
 * returns what it hears; 603 is busy, 605 is not allocated, 604 rings for ever. A line "call NUMBER MILLISECONDS" on standard
 * input places a call, which says PRBS-15 for so long and then hangs up. What happens is told on standard output, a line each:
 *
 *     ready | down                  the link carries traffic and all circuits are reset, or it does not
 *     incoming CIC NUMBER           an IAM came
 *     answered CIC                  an ANM came
 *     released CIC cause CAUSE      a REL came
 *     reset FIRST LAST              circuits were reset from the other side
 *     ended CIC compared N differences N jumps N      a call that was placed has ended, and this was heard
 *
 * It leaves out whatever a test has not asked for yet: overlap sending, continuity, several links.
 */
#include <dahdi/user.h>
#include <errno.h>
#include <fcntl.h>
#include <libss7.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "audio.h"

enum { CIRCUITS = 31, WAIT_MS_MAX = 100, PRIORITY = 30, BUSY = 17, UNALLOCATED = 1, NORMAL = 16 };

struct circuit {
    struct isup_call *call;
    struct audio audio;
    bool placed;       /* by us */
    double hang_up_at; /* 0: not by us */
    double hold_s;
};

static struct circuit circuits[CIRCUITS + 1]; /* by CIC */
static struct ss7 *ss7;
static int link_fd, link_channel, first_channel;
static unsigned own, adjacent;
static int groups_to_reset;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int channel_of(int cic) { return first_channel + cic - 1; }

static bool exists(int cic) { return cic >= 1 && cic <= CIRCUITS && channel_of(cic) != link_channel; }

/* What libss7 wants to be asked or told. */

static void on_message(struct ss7 *of, char *text)
{
    (void)of;
    fputs(text, stderr);
}

static void on_not_in_service(struct ss7 *of, int cic, unsigned dpc)
{
    (void)of, (void)cic, (void)dpc;
}

static int on_hangup(struct ss7 *of, int cic, unsigned dpc, int cause, int what)
{
    (void)of, (void)dpc, (void)cause, (void)what;
    if (!exists(cic))
        return SS7_CIC_NOT_EXISTS;
    if (circuits[cic].audio.fd < 0)
        return SS7_CIC_IDLE;
    audio_close(&circuits[cic].audio);
    return SS7_CIC_USED;
}

static void on_call_gone(struct ss7 *of, struct isup_call *call, int lock)
{
    (void)of, (void)lock;
    for (int cic = 1; cic <= CIRCUITS; cic++)
        if (circuits[cic].call == call)
            circuits[cic].call = NULL;
}

/* The circuits. */

static void free_circuit(int cic)
{
    struct circuit *circuit = &circuits[cic];
    struct audio *audio = &circuit->audio;

    if (circuit->placed)
        printf("ended %d compared %lu differences %lu jumps %lu\n", cic, audio->compared, audio->differences, audio->jumps);
    audio_close(audio);
    circuit->placed = false;
    circuit->hang_up_at = 0;
}

static void connect_bearer(int cic, enum voice voice)
{
    if (circuits[cic].audio.fd < 0 && !audio_open(&circuits[cic].audio, channel_of(cic), voice))
        printf("failed %d: the channel cannot be opened: %s\n", cic, strerror(errno));
}

static void answer_call(ss7_event_iam *iam)
{
    printf("incoming %d %s\n", iam->cic, iam->called_party_num);
    circuits[iam->cic].call = iam->call;
    if (!strncmp(iam->called_party_num, "603", 3)) {
        isup_rel(ss7, iam->call, BUSY);
    } else if (!strncmp(iam->called_party_num, "605", 3)) {
        isup_rel(ss7, iam->call, UNALLOCATED);
    } else {
        isup_acm(ss7, iam->call);
        if (!strncmp(iam->called_party_num, "604", 3))
            return;
        connect_bearer(iam->cic, VOICE_ECHO);
        isup_anm(ss7, iam->call);
    }
}

/* The far side chooses from below by habit, so this one does from above. */
static void place_call(const char *number, unsigned hold_ms)
{
    int cic = CIRCUITS;

    while (cic > 0 && (!exists(cic) || circuits[cic].call || circuits[cic].placed))
        cic--;
    if (!cic) {
        printf("failed 0: no circuit is idle\n");
        return;
    }
    struct circuit *circuit = &circuits[cic];
    circuit->call = isup_new_call(ss7, cic, adjacent, 1);
    circuit->placed = true;
    circuit->hold_s = hold_ms / 1e3;
    isup_set_called(circuit->call, number, SS7_NAI_NATIONAL, ss7);
    isup_set_calling(circuit->call, "4930123456", SS7_NAI_NATIONAL, SS7_PRESENTATION_ALLOWED, SS7_SCREENING_NETWORK_PROVIDED);
    isup_iam(ss7, circuit->call);
}

static void hang_up_when_due(void)
{
    for (int cic = 1; cic <= CIRCUITS; cic++) {
        struct circuit *circuit = &circuits[cic];
        if (circuit->hang_up_at > 0 && now() >= circuit->hang_up_at && circuit->call) {
            circuit->hang_up_at = 0;
            free_circuit(cic);
            isup_rel(ss7, circuit->call, NORMAL);
        }
    }
}

static void reset_from(int first, int last)
{
    printf("reset %d %d\n", first, last);
    for (int cic = first; cic <= last && cic <= CIRCUITS; cic++)
        free_circuit(cic);
}

/* Both groups at once; what was on the circuits before the link failed is gone. */
static void reset_all(void)
{
    for (int cic = 1; cic <= CIRCUITS; cic++) {
        free_circuit(cic);
        if (circuits[cic].call)
            isup_free_call(ss7, circuits[cic].call);
        circuits[cic].call = NULL;
    }
    groups_to_reset = 2;
    int link_cic = link_channel - first_channel + 1;
    /* Not outgoing: that would be a circuit seized by an IAM. */
    struct isup_call *below = isup_new_call(ss7, 1, adjacent, 0);
    struct isup_call *above = isup_new_call(ss7, link_cic + 1, adjacent, 0);

    isup_grs(ss7, below, link_cic - 1);
    isup_grs(ss7, above, CIRCUITS);
}

static void on_event(ss7_event *event)
{
    static unsigned char nothing_blocked[255];

    switch (event->e) {
    case SS7_EVENT_UP:
        reset_all();
        break;
    case SS7_EVENT_DOWN:
        printf("down\n");
        break;
    case ISUP_EVENT_GRS:
        reset_from(event->grs.startcic, event->grs.endcic);
        isup_gra(ss7, event->grs.call, event->grs.endcic, nothing_blocked);
        isup_free_call_if_clear(ss7, event->grs.call);
        break;
    case ISUP_EVENT_GRA:
        isup_free_call_if_clear(ss7, event->gra.call);
        if (groups_to_reset > 0 && --groups_to_reset == 0)
            printf("ready\n");
        break;
    case ISUP_EVENT_RSC:
        reset_from(event->rsc.cic, event->rsc.cic);
        isup_rlc(ss7, event->rsc.call);
        isup_free_call_if_clear(ss7, event->rsc.call);
        break;
    case ISUP_EVENT_BLO:
        isup_bla(ss7, event->blo.call);
        isup_free_call_if_clear(ss7, event->blo.call);
        break;
    case ISUP_EVENT_UBL:
        isup_uba(ss7, event->ubl.call);
        isup_free_call_if_clear(ss7, event->ubl.call);
        break;
    case ISUP_EVENT_IAM:
        answer_call(&event->iam);
        break;
    case ISUP_EVENT_ANM:
    case ISUP_EVENT_CON: {
        int cic = event->anm.cic;
        printf("answered %d\n", cic);
        connect_bearer(cic, VOICE_PATTERN);
        circuits[cic].hang_up_at = now() + circuits[cic].hold_s;
        break;
    }
    case ISUP_EVENT_REL:
        printf("released %d cause %d\n", event->rel.cic, event->rel.cause);
        free_circuit(event->rel.cic);
        isup_rlc(ss7, event->rel.call);
        circuits[event->rel.cic].call = isup_free_call_if_clear(ss7, event->rel.call);
        break;
    case ISUP_EVENT_RLC:
        circuits[event->rlc.cic].call = isup_free_call_if_clear(ss7, event->rlc.call);
        break;
    default:
        break;
    }
}

/* The link, the bearers and the orders. */

static bool open_link(void)
{
    struct dahdi_bufferinfo buffers = {.txbufpolicy = DAHDI_POLICY_IMMEDIATE, .numbufs = 32, .bufsize = 512};
    struct dahdi_params params = {0};

    link_fd = open("/dev/dahdi/channel", O_RDWR | O_NONBLOCK);
    if (link_fd < 0 || ioctl(link_fd, DAHDI_SPECIFY, &link_channel) || ioctl(link_fd, DAHDI_GET_PARAMS, &params) ||
        ioctl(link_fd, DAHDI_SET_BUFINFO, &buffers))
        return false;
    int transport = params.sigtype == DAHDI_SIG_MTP2 ? SS7_TRANSPORT_DAHDIMTP2 : SS7_TRANSPORT_DAHDIDCHAN;
    return ss7_add_link(ss7, transport, link_fd, 0, adjacent) == 0;
}

static int wait_ms(void)
{
    struct timeval *next = ss7_schedule_next(ss7), time;

    if (!next)
        return WAIT_MS_MAX;
    gettimeofday(&time, NULL);
    long ms = (next->tv_sec - time.tv_sec) * 1000 + (next->tv_usec - time.tv_usec) / 1000;
    return ms < 0 ? 0 : ms < WAIT_MS_MAX ? (int)ms : WAIT_MS_MAX;
}

static void take_orders(void)
{
    static char text[512];
    static size_t filled;
    ssize_t length = read(STDIN_FILENO, text + filled, sizeof text - 1 - filled);
    char number[32], *end;
    unsigned hold_ms;

    if (length == 0)
        exit(0); /* whoever started us is gone */
    if (length < 0)
        return;
    filled += (size_t)length;
    text[filled] = 0;
    while ((end = strchr(text, '\n'))) {
        if (sscanf(text, "call %31s %u", number, &hold_ms) == 2)
            place_call(number, hold_ms);
        filled -= (size_t)(end + 1 - text);
        memmove(text, end + 1, filled + 1);
    }
}

static void serve_link(short ready)
{
    int event;
    ss7_event *happened;

    if (ready & POLLPRI) {
        if (!ioctl(link_fd, DAHDI_GETEVENT, &event) && event == DAHDI_EVENT_ALARM)
            ss7_link_alarm(ss7, link_fd);
        else if (event == DAHDI_EVENT_NOALARM)
            ss7_link_noalarm(ss7, link_fd);
    }
    if (ready & POLLIN)
        ss7_read(ss7, link_fd);
    if (ready & POLLOUT)
        ss7_write(ss7, link_fd);
    while ((happened = ss7_check_event(ss7)))
        on_event(happened);
}

static void turn(void)
{
    struct pollfd fds[2 + CIRCUITS] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = link_fd, .events = (short)ss7_pollflags(ss7, link_fd)},
    };

    for (int cic = 1; cic <= CIRCUITS; cic++)
        fds[1 + cic] = (struct pollfd){.fd = circuits[cic].audio.fd, .events = POLLIN | POLLPRI};
    if (poll(fds, 2 + CIRCUITS, wait_ms()) < 0)
        return;
    for (int cic = 1; cic <= CIRCUITS; cic++)
        if (fds[1 + cic].revents && circuits[cic].audio.fd == fds[1 + cic].fd)
            audio_serve(&circuits[cic].audio);
    ss7_schedule_run(ss7);
    serve_link(fds[1].revents);
    if (fds[0].revents)
        take_orders();
    hang_up_when_due();
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr, "usage: %s SIGNALLING_CHANNEL FIRST_CHANNEL OWN_POINT_CODE ADJACENT_POINT_CODE\n", arguments[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    link_channel = atoi(arguments[1]);
    first_channel = atoi(arguments[2]);
    own = (unsigned)atoi(arguments[3]);
    adjacent = (unsigned)atoi(arguments[4]);
    for (int cic = 0; cic <= CIRCUITS; cic++)
        circuits[cic].audio.fd = -1;
    /* An exchange keeps time whatever else this machine does. */
    if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = PRIORITY}))
        perror("no real-time priority");
    ss7_set_message(on_message);
    ss7_set_error(on_message);
    ss7_set_notinservice(on_not_in_service);
    ss7_set_hangup(on_hangup);
    ss7_set_call_null(on_call_gone);
    ss7 = ss7_new(SS7_ITU);
    ss7_set_network_ind(ss7, SS7_NI_NAT);
    ss7_set_pc(ss7, own);
    if (!open_link()) {
        fprintf(stderr, "the link on channel %d: %s\n", link_channel, strerror(errno));
        return 1;
    }
    ss7_start(ss7);
    for (;;)
        turn();
}
