/*
 * What the benchmarks of Linux calls are measured against: the same calls in C. Compiled on the machine that runs them, or brought
 * along by the laboratory, as a library: so both run in one process, on one descriptor, in turns.
 *
 * A result is 0, or -errno of the call that failed.
 */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

long yardstick_ioctl(int fd, unsigned long request, void *arg, long calls)
{
	for (long i = 0; i < calls; i++) {
		if (ioctl(fd, request, arg) < 0)
			return -errno;
	}
	return 0;
}

/* An ioctl that makes a descriptor, and its end. Where the number is: *made, or if that is NULL, what the ioctl returns. */
long yardstick_make_and_close(int fd, unsigned long request, void *arg, int *made, long calls)
{
	for (long i = 0; i < calls; i++) {
		if (made)
			*made = 0;
		int got = ioctl(fd, request, arg);
		if (got < 0)
			return -errno;
		if (close(made ? *made : got) < 0)
			return -errno;
	}
	return 0;
}

long yardstick_memset(void *bytes, long size, long calls)
{
	for (long i = 0; i < calls; i++) {
		memset(bytes, 0, size);
		__asm__ volatile("" : : "r"(bytes) : "memory");
	}
	return 0;
}
