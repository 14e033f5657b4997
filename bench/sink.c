/* A mail server that takes everything and keeps nothing: for benches in which the receiving end must not be the limit.
 *
 *     sink COUNTERS [RECORD]
 *
 * Listens on a free port of 127.0.0.1 and prints it. Speaks ESMTP with PIPELINING (RFC 2920) and CHUNKING (RFC 3030),
 * for any number of connections, in one thread around epoll. COUNTERS is a file of three numbers of 64 bits that others
 * map into their memory: mails taken, bytes in them, and when the last one was taken (CLOCK_MONOTONIC, nanoseconds).
 * RECORD gains a line for each mail, "recipient message-id", before its 250 is sent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 1 << 18, LINE_SIZE = 1 << 11, HEAD_SIZE = 1 << 13, EVENTS = 64,  };

enum state { COMMANDS, CONTENT, CHUNK };

struct session {
    int fd;
    enum state state;
    uint64_t left;        /* of a chunk */
    bool is_last;         /* this chunk */
    int matched;          /* characters of the end "\r\n.\r\n" seen so far */
    size_t line_length;
    char line[LINE_SIZE]; /* a command of which the end has not come */
    char recipient[LINE_SIZE];
    size_t head_length;
    char head[HEAD_SIZE]; /* the beginning of the mail */
    size_t out_length;
    char *out;
    size_t out_size;
};

struct counters {
    uint64_t mails, bytes, last;
};

static struct counters *counters;
static int record = -1;

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static void reply(struct session *s, const char *text)
{
    size_t length = strlen(text);
    if (s->out_length + length > s->out_size) {
        s->out_size = 2 * (s->out_length + length);
        s->out = realloc(s->out, s->out_size);
        if (s->out == NULL)
            fail("realloc");
    }
    memcpy(s->out + s->out_length, text, length);
    s->out_length += length;
}

/* RECORD has the mail before anybody is told that it was taken. */
static void write_down(struct session *s)
{
    s->head[s->head_length < HEAD_SIZE ? s->head_length : HEAD_SIZE - 1] = '\0';
    const char *id = strcasestr(s->head, "\nMessage-ID:");
    size_t length = 0;
    if (id != NULL) {
        id += strlen("\nMessage-ID:");
        id += strspn(id, " \t\r\n");
        length = strcspn(id, " \t\r\n");
    }
    char text[2 * LINE_SIZE];
    int size = snprintf(text, sizeof text, "%s %.*s\n", s->recipient, (int)length, id != NULL ? id : "");
    if (write(record, text, (size_t)size) != size)
        fail("record");
}

static void taken(struct session *s)
{
    if (record >= 0)
        write_down(s);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    counters->last = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    counters->mails++;
    s->state = COMMANDS;
    s->head_length = 0;
    reply(s, "250 2.0.0 taken\r\n");
}

static void keep_head(struct session *s, const char *data, size_t length)
{
    counters->bytes += length;
    if (record < 0 || s->head_length >= HEAD_SIZE)
        return;
    size_t room = HEAD_SIZE - s->head_length;
    memcpy(s->head + s->head_length, data, length < room ? length : room);
    s->head_length += length < room ? length : room;
}

/* Looks for the end of a mail; gives how much of the data belongs to it. */
static size_t content(struct session *s, const char *data, size_t length)
{
    static const char end[] = "\r\n.\r\n";
    size_t at = 0;
    while (at < length) {
        if (s->matched == 0) {
            const char *found = memchr(data + at, '\r', length - at);
            if (found == NULL) {
                at = length;
                break;
            }
            at = (size_t)(found - data);
        }
        if (data[at] == end[s->matched])
            s->matched++;
        else
            s->matched = data[at] == '\r' ? 1 : 0;
        at++;
        if (s->matched == 5)
            break;
    }
    keep_head(s, data, at);
    if (s->matched == 5)
        taken(s);
    return at;
}

static size_t chunk(struct session *s, const char *data, size_t length)
{
    size_t mine = length < s->left ? length : (size_t)s->left;
    keep_head(s, data, mine);
    s->left -= mine;
    if (s->left > 0)
        return mine;
    s->state = COMMANDS;
    if (s->is_last)
        taken(s);
    else
        reply(s, "250 2.0.0 go on\r\n");
    return mine;
}

static void keep_recipient(struct session *s, const char *line)
{
    const char *begin = strchr(line, '<');
    size_t length = begin != NULL ? strcspn(begin + 1, ">") : 0;
    memcpy(s->recipient, begin != NULL ? begin + 1 : "", length);
    s->recipient[length] = '\0';
    reply(s, "250 2.1.5 fine\r\n");
}

/* Answers one command; gives whether the session goes on. */
static bool command(struct session *s, const char *line)
{
    if (strncasecmp(line, "MAIL", 4) == 0) {
        reply(s, "250 2.1.0 fine\r\n");
    } else if (strncasecmp(line, "RCPT", 4) == 0) {
        keep_recipient(s, line);
    } else if (strncasecmp(line, "DATA", 4) == 0) {
        s->state = CONTENT;
        s->matched = 2; /* a dot on the first line is on a line of its own */
        reply(s, "354 go on\r\n");
    } else if (strncasecmp(line, "BDAT ", 5) == 0) {
        s->state = CHUNK;
        s->left = strtoull(line + 5, NULL, 10);
        s->is_last = strcasestr(line, " LAST") != NULL;
        chunk(s, "", 0);
    } else if (strncasecmp(line, "EHLO", 4) == 0) {
        reply(s, "250-sink\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE\r\n");
    } else if (strncasecmp(line, "QUIT", 4) == 0) {
        reply(s, "221 2.0.0 goodbye\r\n");
        return false;
    } else {
        reply(s, "250 2.0.0 fine\r\n"); /* HELO, RSET, NOOP */
    }
    return true;
}

/* A command may come in pieces; gives how much of the data was used, or -1 when the session is over. */
static ssize_t commands(struct session *s, const char *data, size_t length)
{
    const char *found = memchr(data, '\n', length);
    size_t piece = found != NULL ? (size_t)(found - data) + 1 : length;
    if (s->line_length + piece >= LINE_SIZE)
        return -1;
    memcpy(s->line + s->line_length, data, piece);
    s->line_length += piece;
    if (found == NULL)
        return (ssize_t)piece;
    s->line[s->line_length] = '\0';
    s->line_length = 0;
    return command(s, s->line) ? (ssize_t)piece : -1;
}

/* Uses everything that came; gives whether the session goes on. */
static bool use(struct session *s, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t used = s->state == COMMANDS  ? commands(s, data, length)
                       : s->state == CONTENT ? (ssize_t)content(s, data, length)
                                             : (ssize_t)chunk(s, data, length);
        if (used < 0)
            return false;
        data += used;
        length -= (size_t)used;
    }
    return true;
}

/* Replies are short: whoever asks without ever reading them may wait. */
static bool say(struct session *s)
{
    for (size_t at = 0; at < s->out_length;) {
        ssize_t sent = send(s->fd, s->out + at, s->out_length - at, MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        at += (size_t)sent;
    }
    s->out_length = 0;
    return true;
}

static void serve(struct session *s)
{
    static char buffer[READ_SIZE];
    ssize_t got = recv(s->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    bool goes_on = got > 0 && use(s, buffer, (size_t)got);
    if (say(s) && goes_on)
        return;
    close(s->fd);
    free(s->out);
    free(s);
}

static void greet(int listener, int poll)
{
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct session *s = calloc(1, sizeof *s);
    if (s == NULL)
        fail("calloc");
    s->fd = fd;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0)
        fail("epoll_ctl");
    reply(s, "220 sink ESMTP\r\n");
    say(s);
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, SOMAXCONN) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        fail("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int count, char **arguments)
{
    if (count < 2) {
        fprintf(stderr, "usage: sink COUNTERS [RECORD]\n");
        return 2;
    }
    int file = open(arguments[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof *counters) < 0)
        fail(arguments[1]);
    counters = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (counters == MAP_FAILED)
        fail("mmap");
    if (count > 2 && (record = open(arguments[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0)
        fail(arguments[2]);
    int poll = epoll_create1(EPOLL_CLOEXEC), listener = listen_somewhere();
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[EVENTS];
    if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) < 0)
        fail("epoll");
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        for (int at = 0; at < ready; at++)
            if (events[at].data.ptr == NULL)
                greet(listener, poll);
            else
                serve(events[at].data.ptr);
    }
}
