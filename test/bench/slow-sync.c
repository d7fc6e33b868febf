/*
 * LD_PRELOAD: every fsync and fdatasync takes SLOW_SYNC_MS milliseconds more, as on a disk without a protected write cache.
 * Where syncs are nearly free, nobody sees how many of them a server needs one after another.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void wait_a_little(void) {
  const char *text = getenv("SLOW_SYNC_MS");
  double ms = text ? atof(text) : 0;
  struct timespec left = {(time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000L};
  while (nanosleep(&left, &left) != 0 && errno == EINTR);
}

int fsync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  wait_a_little();
  return real(fd);
}

int fdatasync(int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  wait_a_little();
  return real(fd);
}
