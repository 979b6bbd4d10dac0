/* The D-channel: a timeslot whose frames the driver delimits and checks (HDLC with check sequence). */
#ifndef LINE_H
#define LINE_H

#include <stdbool.h>

/* Opens the channel; what comes is the descriptor that the library reads and writes, -1 if the driver refuses. */
int line_open(int channel);

/* Takes the line away under the library: what it writes goes nowhere, and nothing is heard. The other end hears flags. */
bool line_cut(void);

/* Gives it back, on the same descriptor. */
bool line_mend(void);

bool line_is_cut(void);

/* Takes an event of the driver. */
void line_take_event(void);

#endif
