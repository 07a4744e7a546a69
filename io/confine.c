/* Confinement of worker processes: see confine.h. */
#include "io/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sys/resource.h>

void
cap_confine_limit(int resource, guint64 value)
{
  const struct rlimit both = {value, value};
  setrlimit(resource, &both);
}

void
cap_confine_forbid(const int *calls, gsize n)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == NULL)
    return;
  for (gsize i = 0; i < n; i++)
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), calls[i], 0);
  seccomp_load(filter);
  seccomp_release(filter);
}

void
cap_confine_forbid_writing(void)
{
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  if (filter == NULL)
    return;
  for (int mode = O_WRONLY; mode <= O_RDWR; mode++) {
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(open), 1,
                     SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE, mode));
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(openat), 1,
                     SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE, mode));
  }
  seccomp_load(filter);
  seccomp_release(filter);
}
