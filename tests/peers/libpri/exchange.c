/* An end of libpri on a socket: see README.md. Ours; the linked program falls under the GPL, as libpri does. */
#include <fcntl.h>
#include <libpri.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 0, OPERATOR = 1, LINE_OCTETS_MAX = 4096 };

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

static void on_message(struct pri *pri, char *text)
{
    (void)pri;
    if (getenv("LIBPRI_DEBUG"))
        fputs(text, stderr);
}

static void on_error(struct pri *pri, char *text)
{
    (void)pri;
    text[strcspn(text, "\n")] = 0;
    tell("error %s", text);
}

static void on_event(pri_event *e)
{
    switch (e->e) {
    case PRI_EVENT_DCHAN_UP: tell("up"); break;
    case PRI_EVENT_DCHAN_DOWN: tell("down"); break;
    case PRI_EVENT_RESTART: tell("restart %d", e->restart.channel); break;
    case PRI_EVENT_RESTART_ACK: tell("restarted %d", e->restartack.channel); break;
    default: tell("event %s", pri_event2str(e->e));
    }
}

/* ---- what the operator asks ---- */

static void on_operator(struct pri *pri, char *line)
{
    char verb[16] = "";
    int channel = 0;
    if (sscanf(line, "%15s %d", verb, &channel) == 2 && !strcmp(verb, "restart") && !pri_reset(pri, channel))
        return;
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

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    fcntl(LINE, F_SETFL, O_NONBLOCK);
    pri_set_message(on_message);
    pri_set_error(on_error);
    int side = strcmp(argv[1], "network") ? PRI_CPE : PRI_NETWORK;
    struct pri *pri = pri_new(LINE, side, PRI_SWITCH_EUROISDN_E1);
    if (!pri)
        return 1;
    pri_set_debug(pri, getenv("LIBPRI_DEBUG") ? PRI_DEBUG_Q921_DUMP | PRI_DEBUG_Q921_STATE : 0);
    pri_set_timer(pri, PRI_TIMER_T200, atoi(argv[2]));
    pri_set_timer(pri, PRI_TIMER_T203, atoi(argv[3]));
    for (;;) {
        struct pollfd waits[2] = { { LINE, POLLIN, 0 }, { OPERATOR, POLLIN, 0 } };
        poll(waits, 2, 1);
        pri_event *e;
        if ((e = pri_schedule_run(pri)))
            on_event(e);
        if (waits[0].revents && (e = pri_check_event(pri)))
            on_event(e);
        if (waits[1].revents)
            read_operator(pri);
    }
}
