/* See line.h. */
#include "line.h"

#include <dahdi/user.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { FRAMES = 32, FRAME_OCTETS_MAX = 1024 };

static int line = -1, channel;
static bool cut;

static int open_channel(void)
{
    struct dahdi_bufferinfo buffers = {
        .txbufpolicy = DAHDI_POLICY_IMMEDIATE, .numbufs = FRAMES, .bufsize = FRAME_OCTETS_MAX,
    };
    int fd = open("/dev/dahdi/channel", O_RDWR | O_NONBLOCK);

    if (fd >= 0 && (ioctl(fd, DAHDI_SPECIFY, &channel) || ioctl(fd, DAHDI_SET_BUFINFO, &buffers))) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Puts another file under the descriptor that the library knows. */
static bool put(int fd)
{
    bool is_put = fd >= 0 && dup2(fd, line) >= 0;

    if (fd >= 0)
        close(fd);
    return is_put;
}

int line_open(int of)
{
    channel = of;
    return line = open_channel();
}

bool line_cut(void)
{
    return cut = put(open("/dev/null", O_RDWR));
}

bool line_mend(void)
{
    if (!put(open_channel()))
        return false;
    cut = false;
    return true;
}

bool line_is_cut(void)
{
    return cut;
}

void line_take_event(void)
{
    int event;

    ioctl(line, DAHDI_GETEVENT, &event);
}
