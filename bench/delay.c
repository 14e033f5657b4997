/* A way to a server that takes as long as one across a continent: every byte arrives some time after it was sent.
 *
 *     delay PORT MILLISECONDS
 *
 * Listens on a free port of 127.0.0.1, prints it, and passes on what comes to PORT of 127.0.0.1 and back, each way so
 * many milliseconds later. Only time passes: there is no limit to how much is under way. One thread around epoll.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 1 << 16, EVENTS = 64, ROOM = 1 << 22, SECOND = 1000000000 };

/* One way through a connection. Its other half leads back. */
struct way {
    int from, to;
    int is_over;
    struct way *back;
};

/* What is under way. The delay is the same for all, so that the first to come is the first to go. */
struct parcel {
    struct parcel *next;
    int64_t due;
    struct way *way;
    size_t length; /* 0: the end */
    char data[];
};

static struct parcel *first, **last = &first;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
}

static int quick_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail("socket");
    return fd;
}

static void make_quick(int fd)
{
    int one = 1, room = ROOM; /* so much that sending never waits for a reader */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
}

static void watch(int poll, struct way *way)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = way};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, way->from, &event) < 0)
        fail("epoll_ctl");
}

static void open_ways(int poll, int listener, int port)
{
    struct sockaddr_in address = loopback(port);
    int near = accept4(listener, NULL, NULL, SOCK_CLOEXEC), far = quick_socket();
    if (near < 0 || connect(far, (struct sockaddr *)&address, sizeof address) < 0)
        fail("connect");
    struct way *there = calloc(1, sizeof *there), *back = calloc(1, sizeof *back);
    if (there == NULL || back == NULL)
        fail("calloc");
    *there = (struct way){.from = near, .to = far, .back = back};
    *back = (struct way){.from = far, .to = near, .back = there};
    make_quick(near);
    make_quick(far);
    watch(poll, there);
    watch(poll, back);
}

static void take(int poll, struct way *way, int64_t delay)
{
    static char buffer[READ_SIZE];
    ssize_t got = recv(way->from, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    size_t length = got > 0 ? (size_t)got : 0;
    if (length == 0)
        epoll_ctl(poll, EPOLL_CTL_DEL, way->from, NULL);
    struct parcel *parcel = malloc(sizeof *parcel + length);
    if (parcel == NULL)
        fail("malloc");
    parcel->next = NULL;
    parcel->due = now() + delay;
    parcel->way = way;
    parcel->length = length;
    memcpy(parcel->data, buffer, length);
    *last = parcel;
    last = &parcel->next;
}

static void finish(struct way *way)
{
    shutdown(way->to, SHUT_WR);
    way->is_over = 1;
    if (!way->back->is_over)
        return;
    close(way->from);
    close(way->to);
    free(way->back);
    free(way);
}

static void give(struct parcel *parcel)
{
    for (size_t at = 0; at < parcel->length;) {
        ssize_t sent = send(parcel->way->to, parcel->data + at, parcel->length - at, MSG_NOSIGNAL);
        if (sent < 0)
            break; /* gone; its end comes the other way */
        at += (size_t)sent;
    }
    if (parcel->length == 0)
        finish(parcel->way);
    free(parcel);
}

static void give_what_is_due(void)
{
    while (first != NULL && first->due <= now()) {
        struct parcel *parcel = first;
        first = parcel->next;
        if (first == NULL)
            last = &first;
        give(parcel);
    }
}

static int wait_for(int poll, struct epoll_event *events)
{
    if (first == NULL)
        return epoll_wait(poll, events, EVENTS, -1);
    int64_t left = first->due - now();
    struct timespec time = {.tv_sec = left > 0 ? left / SECOND : 0, .tv_nsec = left > 0 ? left % SECOND : 0};
    return epoll_pwait2(poll, events, EVENTS, &time, NULL);
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = quick_socket();
    if (bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        fail("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int count, char **arguments)
{
    if (count != 3) {
        fprintf(stderr, "usage: delay PORT MILLISECONDS\n");
        return 2;
    }
    int port = atoi(arguments[1]);
    int64_t delay = (int64_t)(atof(arguments[2]) * 1e6);
    int poll = epoll_create1(EPOLL_CLOEXEC), listener = listen_somewhere();
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENTS];
    if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) < 0)
        fail("epoll");
    for (;;) {
        int ready = wait_for(poll, events);
        for (int at = 0; at < ready; at++)
            if (events[at].data.ptr == NULL)
                open_ways(poll, listener, port);
            else
                take(poll, events[at].data.ptr, delay);
        give_what_is_due();
    }
}
