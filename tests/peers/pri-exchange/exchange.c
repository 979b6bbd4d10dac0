/*
 * The network's end of a primary rate interface on one span of a DAHDI driver: libpri (EuroISDN) on timeslot 16, a bearer for
 * each other timeslot.
 *
 *     pri-exchange FIRST_CHANNEL
 *
 * Timeslot n has channel FIRST_CHANNEL + n - 1. It answers every number and returns what it hears; 603 is busy, 605 is not
 * allocated. A line "call NUMBER MILLISECONDS" on standard input places a call, which says PRBS-15 for so long and then hangs
 * up. What happens is told on standard output, a line each:
 *
 *     up | down                       the data link is established, or it is not
 *     incoming TIMESLOT NUMBER        a SETUP came
 *     answered TIMESLOT               a CONNECT came
 *     released TIMESLOT cause CAUSE   the other side cleared
 *     ended TIMESLOT compared N differences N jumps N      a call that was placed has ended, and this was heard
 */
#include <dahdi/user.h>
#include <fcntl.h>
#include <libpri.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "../ss7-exchange/audio.h"

enum { TIMESLOTS = 31, D_CHANNEL = 16, WAIT_MS = 5, PRIORITY = 30, BUSY = 17, UNALLOCATED = 1, NORMAL = 16 };

struct bearer {
    q931_call *call;
    struct audio audio;
    bool placed; /* by us */
    double hold_s;
    double hang_up_at; /* 0: not by us */
};

static struct bearer bearers[TIMESLOTS + 1]; /* by timeslot */
static struct pri *pri;
static int d_channel, first_channel;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void on_message(struct pri *of, char *text)
{
    (void)of;
    fputs(text, stderr);
}

/* The library's number for a timeslot has flags above it. */
static int timeslot_of(int channel)
{
    int timeslot = channel & 0xff;
    return timeslot <= TIMESLOTS && timeslot != D_CHANNEL ? timeslot : 0;
}

static void free_bearer(int timeslot)
{
    struct bearer *bearer = &bearers[timeslot];
    struct audio *audio = &bearer->audio;

    if (bearer->placed)
        printf("ended %d compared %lu differences %lu jumps %lu\n", timeslot, audio->compared, audio->differences, audio->jumps);
    audio_close(audio);
    bearer->call = NULL;
    bearer->placed = false;
    bearer->hang_up_at = 0;
}

static void connect_bearer(int timeslot, enum voice voice)
{
    if (bearers[timeslot].audio.fd < 0 && !audio_open(&bearers[timeslot].audio, first_channel + timeslot - 1, voice))
        printf("failed %d: the channel cannot be opened\n", timeslot);
}

static void answer_call(pri_event_ring *ring)
{
    int timeslot = timeslot_of(ring->channel);

    printf("incoming %d %s\n", timeslot, ring->callednum);
    if (!strcmp(ring->callednum, "603")) {
        pri_hangup(pri, ring->call, BUSY);
    } else if (!strcmp(ring->callednum, "605")) {
        pri_hangup(pri, ring->call, UNALLOCATED);
    } else {
        bearers[timeslot].call = ring->call;
        connect_bearer(timeslot, VOICE_ECHO);
        pri_answer(pri, ring->call, ring->channel, 0);
    }
}

/* The far side chooses from below by habit, so this one does from above. */
static void place_call(char *number, unsigned hold_ms)
{
    int timeslot = TIMESLOTS;

    while (timeslot > 0 && (timeslot == D_CHANNEL || bearers[timeslot].call))
        timeslot--;
    struct bearer *bearer = &bearers[timeslot];
    struct pri_sr *setup = pri_sr_new();
    bearer->call = pri_new_call(pri);
    bearer->placed = true;
    bearer->hold_s = hold_ms / 1e3;
    pri_sr_set_channel(setup, timeslot, 1, 0);
    pri_sr_set_bearer(setup, PRI_TRANS_CAP_SPEECH, PRI_LAYER_1_ALAW);
    pri_sr_set_called(setup, number, PRI_NATIONAL_ISDN, 1);
    pri_sr_set_caller(setup, "4930123456", NULL, PRI_NATIONAL_ISDN, PRES_ALLOWED_NETWORK_NUMBER);
    pri_setup(pri, bearer->call, setup);
    pri_sr_free(setup);
}

static void hang_up_when_due(void)
{
    for (int timeslot = 1; timeslot <= TIMESLOTS; timeslot++) {
        struct bearer *bearer = &bearers[timeslot];
        if (bearer->hang_up_at > 0 && now() >= bearer->hang_up_at) {
            q931_call *call = bearer->call;
            free_bearer(timeslot);
            pri_hangup(pri, call, NORMAL);
        }
    }
}

static void on_event(pri_event *event)
{
    int timeslot;

    if (!event)
        return;
    switch (event->e) {
    case PRI_EVENT_DCHAN_UP:
        printf("up\n");
        break;
    case PRI_EVENT_DCHAN_DOWN:
        printf("down\n");
        break;
    case PRI_EVENT_RING:
        answer_call(&event->ring);
        break;
    case PRI_EVENT_ANSWER:
        timeslot = timeslot_of(event->answer.channel);
        printf("answered %d\n", timeslot);
        connect_bearer(timeslot, VOICE_PATTERN);
        bearers[timeslot].hang_up_at = now() + bearers[timeslot].hold_s;
        break;
    case PRI_EVENT_HANGUP_REQ:
    case PRI_EVENT_HANGUP:
        timeslot = timeslot_of(event->hangup.channel);
        if (bearers[timeslot].call == event->hangup.call) {
            printf("released %d cause %d\n", timeslot, event->hangup.cause);
            free_bearer(timeslot);
        }
        pri_hangup(pri, event->hangup.call, event->hangup.cause);
        break;
    case PRI_EVENT_HANGUP_ACK:
        pri_hangup(pri, event->hangup.call, event->hangup.cause);
        break;
    default:
        break;
    }
}

static bool open_d_channel(void)
{
    struct dahdi_bufferinfo buffers = {.txbufpolicy = DAHDI_POLICY_IMMEDIATE, .numbufs = 32, .bufsize = 1024};
    int channel = first_channel + D_CHANNEL - 1;

    d_channel = open("/dev/dahdi/channel", O_RDWR | O_NONBLOCK);
    return d_channel >= 0 && !ioctl(d_channel, DAHDI_SPECIFY, &channel) && !ioctl(d_channel, DAHDI_SET_BUFINFO, &buffers);
}

static void take_orders(void)
{
    static char text[512];
    static size_t filled;
    ssize_t length = read(STDIN_FILENO, text + filled, sizeof text - 1 - filled);
    char number[32], *end;
    unsigned hold_ms;

    if (length <= 0)
        exit(0); /* whoever started us is gone */
    filled += (size_t)length;
    text[filled] = 0;
    while ((end = strchr(text, '\n'))) {
        if (sscanf(text, "call %31s %u", number, &hold_ms) == 2)
            place_call(number, hold_ms);
        filled -= (size_t)(end + 1 - text);
        memmove(text, end + 1, filled + 1);
    }
}

static void turn(void)
{
    struct pollfd fds[2 + TIMESLOTS] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = d_channel, .events = POLLIN | POLLPRI},
    };
    int event;

    for (int timeslot = 1; timeslot <= TIMESLOTS; timeslot++)
        fds[1 + timeslot] = (struct pollfd){.fd = bearers[timeslot].audio.fd, .events = POLLIN | POLLPRI};
    if (poll(fds, 2 + TIMESLOTS, WAIT_MS) < 0)
        return;
    for (int timeslot = 1; timeslot <= TIMESLOTS; timeslot++)
        if (fds[1 + timeslot].revents && bearers[timeslot].audio.fd == fds[1 + timeslot].fd)
            audio_serve(&bearers[timeslot].audio);
    on_event(pri_schedule_run(pri));
    /* Until an event has been taken the driver gives no frame. */
    if (fds[1].revents & POLLPRI)
        ioctl(d_channel, DAHDI_GETEVENT, &event);
    if (fds[1].revents & POLLIN)
        on_event(pri_check_event(pri));
    if (fds[0].revents)
        take_orders();
    hang_up_when_due();
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: %s FIRST_CHANNEL\n", arguments[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    first_channel = atoi(arguments[1]);
    for (int timeslot = 0; timeslot <= TIMESLOTS; timeslot++)
        bearers[timeslot].audio.fd = -1;
    /* An exchange keeps time whatever else this machine does. */
    if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = PRIORITY}))
        perror("no real-time priority");
    pri_set_message(on_message);
    pri_set_error(on_message);
    if (!open_d_channel() || !(pri = pri_new(d_channel, PRI_NETWORK, PRI_SWITCH_EUROISDN_E1))) {
        perror("the D-channel");
        return 1;
    }
    pri_hangup_fix_enable(pri, 1);
    for (;;)
        turn();
}
