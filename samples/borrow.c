/*
 * Takes the frames that "./sharebuf lend SOCKET" lends, and prints a sum of each. The protocol is in docs/lending.md.
 *
 *     cc -O2 -o borrow samples/borrow.c && ./borrow SOCKET
 */
#define _GNU_SOURCE
#include <linux/dma-buf.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct buffer { long id, size[4]; int objects, dma_buf, fd[4]; unsigned char *bytes[4]; } buffers[64];

static void cpu(const struct buffer *b, unsigned long flags) { /* a memfd needs none of it */
    for (int i = 0; b->dma_buf && i < b->objects; i++)
        ioctl(b->fd[i], DMA_BUF_IOCTL_SYNC, &(struct dma_buf_sync) {DMA_BUF_SYNC_READ | flags});
}

int main(int argc, char **argv) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    strncpy(at.sun_path, argc > 1 ? argv[1] : "", sizeof at.sun_path - 1);
    int lender = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), count = 0;
    if (connect(lender, (struct sockaddr *) &at, sizeof at) || send(lender, "take borrow.c\n", 14, MSG_NOSIGNAL) < 0)
        return perror(at.sun_path), 2;
    for (;;) {
        char text[1025] = "", kind[9], control[CMSG_SPACE(4 * sizeof(int))] __attribute__((aligned(8)));
        struct iovec piece = {text, sizeof text - 1};
        struct msghdr m = {.msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
        long id, number, offset;
        unsigned sum = 0; /* of all bytes and where they are */
        struct buffer *b = &buffers[count];
        if (recvmsg(lender, &m, MSG_CMSG_CLOEXEC) <= 0)
            return fprintf(stderr, "the lender is gone\n"), 1;
        if (!strcmp(text, "end\n"))
            return 0; /* the descriptors and mappings end with the process, then the lender has its memory back */
        if (sscanf(text, "buffer %ld %*s %*d %*d %d", &b->id, &b->objects) == 2 && count < 63 && b->objects <= 4 && CMSG_FIRSTHDR(&m)) {
            char *line = text;
            memcpy(b->fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), b->objects * sizeof(int));
            for (int i = 0; i < b->objects; i++) {
                line = strchr(line, '\n') + 1;
                sscanf(line, "object %8s %ld %ld", kind, &offset, &b->size[i]);
                b->dma_buf = !strcmp(kind, "dma-buf");
                b->bytes[i] = mmap(0, b->size[i], PROT_READ, MAP_SHARED, b->fd[i], offset);
                if (b->bytes[i] == MAP_FAILED)
                    return perror(kind), 1;
            }
            count++;
        } else if (sscanf(text, "frame %ld %ld", &id, &number) == 2) {
            for (b = buffers; b->id != id && b < &buffers[count]; b++) { }
            cpu(b, DMA_BUF_SYNC_START);
            for (int i = 0; i < b->objects; i++)
                for (long at = 0; at < b->size[i]; at++)
                    sum = 31 * sum + b->bytes[i][at];
            cpu(b, DMA_BUF_SYNC_END);
            printf("%ld %u\n", number, sum);
            send(lender, text, sprintf(text, "release %ld %ld\n", id, number), MSG_NOSIGNAL);
        }
    }
}
