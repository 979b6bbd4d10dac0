/* The bearer of a circuit: what it hears and what it says, in blocks of 40 octets (5 ms). */
#ifndef AUDIO_H
#define AUDIO_H

#include <stdbool.h>

enum voice {
    VOICE_ECHO,    /* returns each octet */
    VOICE_PATTERN, /* says PRBS-15 (ITU-T O.150) and compares what returns with it */
};

struct audio {
    int fd; /* -1: closed */
    enum voice voice;
    unsigned long said;    /* octets of the pattern */
    long expected;         /* place in the pattern that is heard next, -1: not recognised yet */
    int wrong_in_a_row;
    unsigned long compared, differences, jumps;
    unsigned char window[8]; /* the last octets heard, to recognise the pattern by */
};

/* Opens the channel as octets that nobody touches; false if the driver refuses. */
bool audio_open(struct audio *audio, int channel, enum voice voice);

/* Hears and says as many blocks as have come. */
void audio_serve(struct audio *audio);

void audio_close(struct audio *audio);

#endif
