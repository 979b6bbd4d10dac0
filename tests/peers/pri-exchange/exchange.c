/*
 * One end of a primary rate interface on a span of a DAHDI driver: libpri on the D-channel, a bearer for each other timeslot.
 *
 *     pri-exchange FIRST_CHANNEL network|user e1|t1
 *
 * Timeslot n has channel FIRST_CHANNEL + n - 1. On an E1 it is EuroISDN with the D-channel on timeslot 16, on a T1 National ISDN 2
 * with the D-channel on 24. A number has three digits; on an E1 they may come one after the other. It answers and returns
 * what it hears; but 603 is busy, 604 rings for ever, 605 is not allocated, and 607 answers and hangs up after two seconds.
 *
 * Orders on standard input, a line each:
 *
 *     call NUMBER MILLISECONDS     a call, which says PRBS-15 for so long and then hangs up
 *     dial NUMBER MILLISECONDS     the same, a digit after the other
 *     restart TIMESLOT             RESTART of a channel; a call on it is over
 *     cut, mend                    the D-channel is taken away, and given back
 *
 * What happens is told on standard output, a line each:
 *
 *     up, down                     the data link is established, or it is not
 *     incoming TIMESLOT NUMBER     a SETUP came
 *     more TIMESLOT                a SETUP ACKNOWLEDGE came
 *     complete TIMESLOT NUMBER     the last digit came
 *     answered TIMESLOT            a CONNECT came
 *     released TIMESLOT cause CAUSE                        the other side cleared
 *     ended TIMESLOT compared N differences N jumps N      a call that was placed has ended, and this was heard
 *     restart TIMESLOT             the other side restarted a channel; 0: all of them
 *     restarted TIMESLOT           it acknowledged a restart
 */
#include <libpri.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../ss7-exchange/audio.h"
#include "line.h"

enum { TIMESLOTS_MAX = 31, NUMBER_DIGITS = 3, NUMBER_MAX = 32, WAIT_MS = 5, PRIORITY = 30, CALLEE_TALKS_S = 2 };
enum { UNALLOCATED = 1, NORMAL = 16, BUSY = 17 };

/* Zeroed but for the audio when there is no call. */
struct bearer {
    q931_call *call;        /* the library's, from SETUP until either side clears */
    int channel;            /* how the library writes the timeslot */
    char number[NUMBER_MAX]; /* placed: digits yet to be said; else those heard */
    bool placed;            /* by us */
    double hold_s;
    double hang_up_at; /* 0: not by us */
    struct audio audio;
};

static struct bearer bearers[TIMESLOTS_MAX + 1]; /* by timeslot */
static struct pri *pri;
static int first_channel, timeslots, d_channel;
static bool by_digits; /* numbers may come one digit after the other */

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

/* ---- bearers ---- */

/* The library's number for a timeslot has flags above it; all timeslots are one with none. */
static int timeslot_of(int channel)
{
    int timeslot = channel & 0xff;
    return timeslot <= timeslots && timeslot != d_channel ? timeslot : 0;
}

static int place_of(const struct bearer *bearer)
{
    return (int)(bearer - bearers);
}

/* By the call and not by the channel, which the library may have forgotten when a call ends. */
static struct bearer *bearer_of(const q931_call *call)
{
    for (int timeslot = 1; timeslot <= timeslots; timeslot++)
        if (bearers[timeslot].call == call)
            return &bearers[timeslot];
    return NULL;
}

/* The library's call lives on until the other side has cleared it too. */
static void free_bearer(struct bearer *bearer)
{
    struct audio audio = bearer->audio;

    if (bearer->placed)
        printf("ended %d compared %lu differences %lu jumps %lu\n", place_of(bearer), audio.compared, audio.differences, audio.jumps);
    audio_close(&audio);
    *bearer = (struct bearer){.audio = audio};
}

static void connect_bearer(struct bearer *bearer, enum voice voice)
{
    if (bearer->audio.fd < 0 && !audio_open(&bearer->audio, first_channel + place_of(bearer) - 1, voice))
        printf("failed %d: the channel cannot be opened\n", place_of(bearer));
}

static void hang_up(struct bearer *bearer, int cause)
{
    q931_call *call = bearer->call;

    free_bearer(bearer);
    pri_hangup(pri, call, cause);
}

static void hang_up_when_due(void)
{
    for (int timeslot = 1; timeslot <= timeslots; timeslot++)
        if (bearers[timeslot].hang_up_at > 0 && now() >= bearers[timeslot].hang_up_at)
            hang_up(&bearers[timeslot], NORMAL);
}

/* A restart takes a call away without a message for it. */
static void drop_call(int timeslot)
{
    q931_call *call = bearers[timeslot].call;

    if (!call)
        return;
    free_bearer(&bearers[timeslot]);
    pri_destroycall(pri, call);
}

/* ---- calls that come ---- */

static void answer(struct bearer *bearer)
{
    connect_bearer(bearer, VOICE_ECHO);
    pri_answer(pri, bearer->call, bearer->channel, 0);
}

static void take_call(struct bearer *bearer)
{
    if (!strcmp(bearer->number, "603")) {
        pri_proceeding(pri, bearer->call, bearer->channel, 0);
        hang_up(bearer, BUSY);
    } else if (!strcmp(bearer->number, "604")) {
        pri_acknowledge(pri, bearer->call, bearer->channel, 0);
    } else if (!strcmp(bearer->number, "605")) {
        hang_up(bearer, UNALLOCATED);
    } else {
        if (!strcmp(bearer->number, "607"))
            bearer->hang_up_at = now() + CALLEE_TALKS_S;
        answer(bearer);
    }
}

/* More digits of a number, and whether the other side says that they are the last. */
static void take_digits(struct bearer *bearer, const char *digits, int is_complete)
{
    strncat(bearer->number, digits, NUMBER_MAX - 1 - strlen(bearer->number));
    if (by_digits && !is_complete && strlen(bearer->number) < NUMBER_DIGITS)
        return;
    printf("complete %d %s\n", place_of(bearer), bearer->number);
    take_call(bearer);
}

static void on_ring(const pri_event_ring *ring)
{
    struct bearer *bearer = &bearers[timeslot_of(ring->channel)];

    printf("incoming %d %s\n", place_of(bearer), ring->callednum);
    bearer->call = ring->call;
    bearer->channel = ring->channel;
    if (by_digits && !ring->complete)
        pri_setup_ack(pri, ring->call, ring->channel, 0, 0);
    take_digits(bearer, ring->callednum, ring->complete);
}

/* ---- calls that are placed ---- */

/* The far side chooses from below by habit, so this one does from above. */
static struct bearer *choose_bearer(void)
{
    int timeslot = timeslots;

    while (timeslot > 0 && (timeslot == d_channel || bearers[timeslot].call))
        timeslot--;
    return &bearers[timeslot];
}

static void place_call(char *number, unsigned hold_ms, bool whole)
{
    struct bearer *bearer = choose_bearer();
    struct pri_sr *setup = pri_sr_new();
    char first[] = {number[0], 0};

    bearer->call = pri_new_call(pri);
    bearer->placed = true;
    bearer->hold_s = hold_ms / 1e3;
    if (!whole)
        strcpy(bearer->number, number + 1);
    pri_sr_set_channel(setup, place_of(bearer), 1, 0);
    pri_sr_set_bearer(setup, PRI_TRANS_CAP_SPEECH, PRI_LAYER_1_ALAW);
    pri_sr_set_called(setup, whole ? number : first, PRI_NATIONAL_ISDN, whole);
    pri_sr_set_caller(setup, "4930123456", NULL, PRI_NATIONAL_ISDN, PRES_ALLOWED_NETWORK_NUMBER);
    pri_setup(pri, bearer->call, setup);
    pri_sr_free(setup);
}

static void say_digits(struct bearer *bearer)
{
    for (const char *digit = bearer->number; *digit; digit++)
        pri_information(pri, bearer->call, *digit);
    bearer->number[0] = 0;
}

static void on_answer(struct bearer *bearer)
{
    printf("answered %d\n", place_of(bearer));
    connect_bearer(bearer, VOICE_PATTERN);
    bearer->hang_up_at = now() + bearer->hold_s;
}

/* ---- what the library tells ---- */

static void on_cleared(const pri_event_hangup *hangup)
{
    struct bearer *bearer = bearer_of(hangup->call);

    if (bearer) {
        printf("released %d cause %d\n", place_of(bearer), hangup->cause);
        free_bearer(bearer);
    }
    /* The answer that is due. After an acknowledgement none is, and the library has forgotten the call. */
    if (hangup->e != PRI_EVENT_HANGUP_ACK)
        pri_hangup(pri, hangup->call, hangup->cause);
}

static void on_restart(int timeslot)
{
    printf("restart %d\n", timeslot);
    for (int each = 1; each <= timeslots; each++)
        if (each == timeslot || timeslot == 0)
            drop_call(each);
}

static void on_event(pri_event *event)
{
    struct bearer *bearer;

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
        on_ring(&event->ring);
        break;
    case PRI_EVENT_INFO_RECEIVED:
        if ((bearer = bearer_of(event->ring.call)))
            take_digits(bearer, event->ring.callednum, event->ring.complete);
        break;
    case PRI_EVENT_SETUP_ACK:
        if ((bearer = bearer_of(event->setup_ack.call))) {
            printf("more %d\n", place_of(bearer));
            say_digits(bearer);
        }
        break;
    case PRI_EVENT_ANSWER:
        if ((bearer = bearer_of(event->answer.call)))
            on_answer(bearer);
        break;
    case PRI_EVENT_HANGUP_REQ:
    case PRI_EVENT_HANGUP:
    case PRI_EVENT_HANGUP_ACK:
        on_cleared(&event->hangup);
        break;
    case PRI_EVENT_RESTART:
        on_restart(timeslot_of(event->restart.channel));
        break;
    case PRI_EVENT_RESTART_ACK:
        printf("restarted %d\n", timeslot_of(event->restartack.channel));
        break;
    default:
        break;
    }
}

/* ---- what is ordered ---- */

static void take_order(const char *order)
{
    char number[NUMBER_MAX];
    unsigned hold_ms;
    int timeslot;

    if (sscanf(order, "call %31s %u", number, &hold_ms) == 2)
        place_call(number, hold_ms, true);
    else if (sscanf(order, "dial %31s %u", number, &hold_ms) == 2)
        place_call(number, hold_ms, false);
    else if (sscanf(order, "restart %d", &timeslot) == 1 && timeslot_of(timeslot)) {
        drop_call(timeslot);
        pri_reset(pri, timeslot);
    } else if (!strcmp(order, "cut") ? !line_cut() : strcmp(order, "mend") || !line_mend())
        printf("refused %s\n", order);
}

static void take_orders(void)
{
    static char text[512];
    static size_t filled;
    ssize_t length = read(STDIN_FILENO, text + filled, sizeof text - 1 - filled);
    char *end;

    if (length <= 0)
        exit(0); /* whoever started us is gone */
    filled += (size_t)length;
    text[filled] = 0;
    while ((end = strchr(text, '\n'))) {
        *end = 0;
        take_order(text);
        filled -= (size_t)(end + 1 - text);
        memmove(text, end + 1, filled + 1);
    }
}

static void turn(int line)
{
    struct pollfd fds[2 + TIMESLOTS_MAX] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = line_is_cut() ? -1 : line, .events = POLLIN | POLLPRI},
    };

    for (int timeslot = 1; timeslot <= TIMESLOTS_MAX; timeslot++)
        fds[1 + timeslot] = (struct pollfd){.fd = bearers[timeslot].audio.fd, .events = POLLIN | POLLPRI};
    if (poll(fds, 2 + TIMESLOTS_MAX, WAIT_MS) < 0)
        return;
    for (int timeslot = 1; timeslot <= TIMESLOTS_MAX; timeslot++)
        if (fds[1 + timeslot].revents && bearers[timeslot].audio.fd == fds[1 + timeslot].fd)
            audio_serve(&bearers[timeslot].audio);
    on_event(pri_schedule_run(pri));
    /* Until an event has been taken the driver gives no frame. */
    if (fds[1].revents & POLLPRI)
        line_take_event();
    if (fds[1].revents & POLLIN)
        on_event(pri_check_event(pri));
    if (fds[0].revents)
        take_orders();
    hang_up_when_due();
}

static int usage(const char *program)
{
    fprintf(stderr, "usage: %s FIRST_CHANNEL network|user e1|t1\n", program);
    return 2;
}

int main(int count, char **arguments)
{
    if (count != 4)
        return usage(arguments[0]);
    bool is_network = !strcmp(arguments[2], "network"), is_e1 = !strcmp(arguments[3], "e1");
    first_channel = atoi(arguments[1]);
    timeslots = is_e1 ? 31 : 24;
    d_channel = is_e1 ? 16 : 24;
    by_digits = is_e1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int timeslot = 0; timeslot <= TIMESLOTS_MAX; timeslot++)
        bearers[timeslot].audio.fd = -1;
    /* An exchange keeps time whatever else this machine does. */
    if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){.sched_priority = PRIORITY}))
        perror("no real-time priority");
    pri_set_message(on_message);
    pri_set_error(on_message);
    int line = line_open(first_channel + d_channel - 1);
    if (line < 0) {
        perror("the D-channel");
        return 1;
    }
    pri = pri_new(line, is_network ? PRI_NETWORK : PRI_CPE, is_e1 ? PRI_SWITCH_EUROISDN_E1 : PRI_SWITCH_NI2);
    if (!pri) {
        fprintf(stderr, "libpri does not take the D-channel\n");
        return 1;
    }
    pri_hangup_fix_enable(pri, 1);
    pri_set_overlapdial(pri, by_digits);
    for (;;)
        turn(line);
}
