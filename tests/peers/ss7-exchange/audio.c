/* See audio.h. */
#include "audio.h"

#include <dahdi/user.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    BLOCK = 40,
    BUFFERS = 8,
    PRIMED = 3,       /* blocks written before the first is heard: how late this program may be */
    PERIOD = 32767,   /* octets after which PRBS-15 repeats */
    WRONG_MAX = 8,    /* differences in a row after which the pattern is looked for anew */
    IDLE = 0xd5,
};

/* One period of x^15 + x^14 + 1, inverted, most significant bit first. */
static const unsigned char *pattern(void)
{
    static unsigned char octets[PERIOD];
    static bool made;
    unsigned shift = 0x7fff;

    for (int i = 0; !made && i < PERIOD * 8; i++) {
        unsigned bit = (shift >> 14 ^ shift >> 13) & 1;
        shift = shift << 1 | bit;
        octets[i / 8] = octets[i / 8] << 1 | (bit ^ 1);
    }
    made = true;
    return octets;
}

static bool stands_at(const unsigned char *window, int place)
{
    for (int i = 0; i < 8; i++)
        if (window[i] != pattern()[(place + i) % PERIOD])
            return false;
    return true;
}

/* Where two octets stand: fifteen bits in a row stand in one place only. */
static int place_of(const unsigned char *octets)
{
    static short places[1 << 16];
    static bool made;

    for (int place = 0; !made && place < PERIOD; place++)
        places[pattern()[place] << 8 | pattern()[(place + 1) % PERIOD]] = (short)place;
    made = true;
    return places[octets[0] << 8 | octets[1]];
}

static void recognise(struct audio *audio, unsigned char octet)
{
    memmove(audio->window, audio->window + 1, 7);
    audio->window[7] = octet;
    int place = place_of(audio->window);
    if (stands_at(audio->window, place)) {
        audio->expected = (place + 8) % PERIOD;
        audio->wrong_in_a_row = 0;
    }
}

static void compare(struct audio *audio, unsigned char octet)
{
    audio->compared++;
    if (octet == pattern()[audio->expected]) {
        audio->wrong_in_a_row = 0;
    } else {
        audio->differences++;
        if (++audio->wrong_in_a_row == WRONG_MAX) {
            audio->jumps++;
            audio->expected = -1;
            return;
        }
    }
    audio->expected = (audio->expected + 1) % PERIOD;
}

static void say(struct audio *audio, unsigned char *block)
{
    if (audio->voice == VOICE_PATTERN)
        for (int i = 0; i < BLOCK; i++)
            block[i] = pattern()[audio->said++ % PERIOD];
    if (write(audio->fd, block, BLOCK) != BLOCK)
        printf("late: a block was not taken\n");
}

bool audio_open(struct audio *audio, int channel, enum voice voice)
{
    struct dahdi_bufferinfo buffers = {
        .txbufpolicy = DAHDI_POLICY_IMMEDIATE, .numbufs = BUFFERS, .bufsize = BLOCK,
    };
    unsigned char silence[BLOCK];
    int all = DAHDI_FLUSH_ALL;

    memset(audio, 0, sizeof *audio);
    audio->voice = voice;
    audio->expected = -1;
    audio->fd = open("/dev/dahdi/channel", O_RDWR | O_NONBLOCK);
    if (audio->fd < 0)
        return false;
    if (ioctl(audio->fd, DAHDI_SPECIFY, &channel) || ioctl(audio->fd, DAHDI_SET_BUFINFO, &buffers) ||
        ioctl(audio->fd, DAHDI_FLUSH, &all)) {
        audio_close(audio);
        return false;
    }
    memset(silence, IDLE, sizeof silence);
    for (int i = 0; i < PRIMED; i++)
        if (write(audio->fd, silence, BLOCK) != BLOCK)
            printf("late: a block of silence was not taken\n");
    return true;
}

void audio_serve(struct audio *audio)
{
    unsigned char block[BLOCK];
    int event;

    for (;;) {
        ssize_t length = read(audio->fd, block, BLOCK);
        if (length < 0 && errno == ELAST) {
            if (ioctl(audio->fd, DAHDI_GETEVENT, &event))
                return;
            continue;
        }
        if (length != BLOCK)
            return;
        for (int i = 0; audio->voice == VOICE_PATTERN && i < BLOCK; i++)
            audio->expected < 0 ? recognise(audio, block[i]) : compare(audio, block[i]);
        say(audio, block);
    }
}

void audio_close(struct audio *audio)
{
    if (audio->fd >= 0)
        close(audio->fd);
    audio->fd = -1;
}
