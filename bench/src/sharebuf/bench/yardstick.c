/*
 * What benchmarks are measured against: the same calls, and the same page tables, in C. Compiled on the machine that runs them, or brought
 * along by the laboratory, as a library: so both run in one process, on one descriptor, in turns.
 *
 * A result is 0, or -errno of the call that failed.
 */
#include <errno.h>
#include <stdlib.h>
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

/*
 * Page tables as an IOMMU walks them, three levels of 512 entries: maps pieces of memory one behind the other and takes them away again, once a call. Pieces are
 * CPU address and size in turns.
 */
#define ENTRIES 512
#define PAGE 4096UL
#define RIGHTS 7UL

static unsigned long **second[ENTRIES];

static unsigned long *table_of(unsigned long iova)
{
	unsigned long first = iova >> 30 & (ENTRIES - 1), middle = iova >> 21 & (ENTRIES - 1);
	if (!second[first] && !(second[first] = calloc(ENTRIES, sizeof(*second[first]))))
		return NULL;
	if (!second[first][middle] && !(second[first][middle] = calloc(ENTRIES, sizeof(unsigned long))))
		return NULL;
	return second[first][middle];
}

/* Each table is walked to once. */
long yardstick_map_batched(const unsigned long *pieces, long count, unsigned long iova, long calls)
{
	for (long call = 0; call < calls; call++) {
		unsigned long at = iova;
		for (long i = 0; i < 2 * count; i += 2) {
			unsigned long cpu = pieces[i], end = cpu + pieces[i + 1];
			while (cpu < end) {
				unsigned long *table = table_of(at), entry = at >> 12 & (ENTRIES - 1);
				if (!table)
					return -ENOMEM;
				for (; entry < ENTRIES && cpu < end; entry++, cpu += PAGE, at += PAGE) {
					if (table[entry])
						return -EEXIST;
					table[entry] = cpu | RIGHTS;
				}
			}
		}
		__asm__ volatile("" : : : "memory");
		for (unsigned long gone = iova; gone < at;) {
			unsigned long *table = table_of(gone), entry = gone >> 12 & (ENTRIES - 1);
			unsigned long n = ENTRIES - entry < (at - gone) / PAGE ? ENTRIES - entry : (at - gone) / PAGE;
			memset(table + entry, 0, n * sizeof(*table));
			gone += n * PAGE;
		}
		__asm__ volatile("" : : : "memory");
	}
	return 0;
}

/* Each page is walked to from the root. */
__attribute__((noinline)) static int map_page(unsigned long iova, unsigned long cpu)
{
	unsigned long *table = table_of(iova), entry = iova >> 12 & (ENTRIES - 1);
	if (!table || table[entry])
		return -1;
	table[entry] = cpu | RIGHTS;
	return 0;
}

__attribute__((noinline)) static void unmap_page(unsigned long iova)
{
	table_of(iova)[iova >> 12 & (ENTRIES - 1)] = 0;
}

long yardstick_map_pages(const unsigned long *pieces, long count, unsigned long iova, long calls)
{
	for (long call = 0; call < calls; call++) {
		unsigned long at = iova;
		for (long i = 0; i < 2 * count; i += 2) {
			for (unsigned long offset = 0; offset < pieces[i + 1]; offset += PAGE, at += PAGE) {
				if (map_page(at, pieces[i] + offset))
					return -EEXIST;
			}
		}
		for (unsigned long gone = iova; gone < at; gone += PAGE)
			unmap_page(gone);
	}
	return 0;
}
