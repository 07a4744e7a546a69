/* The instruction set of our own kernels: see isa.h. */
#include "core/nn/isa.h"

#include <string.h>

CapIsa cap_isa = CAP_ISA_PORTABLE;

gboolean
cap_isa_available(CapIsa isa)
{
  if (isa == CAP_ISA_PORTABLE)
    return TRUE;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const gboolean avx2 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == CAP_ISA_AVX2)
    return avx2;
  return avx2 && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#else
  return FALSE;
#endif
}

const char *
cap_isa_name(CapIsa isa)
{
  static const char *const names[] = {"portable", "avx2", "avx512"};
  return names[isa];
}

gboolean
cap_isa_set(CapIsa isa)
{
  if (!cap_isa_available(isa))
    return FALSE;
  cap_isa = isa;
  return TRUE;
}

/* Before main, so that no kernel needs to ask whether this was done. */
__attribute__((constructor)) static void
choose(void)
{
  const char *wish = g_getenv("CAPSIGHT_ISA");
  int most = CAP_ISA_AVX512;
  for (int isa = most; wish != NULL && isa >= 0; isa--)
    if (strcmp(wish, cap_isa_name((CapIsa)isa)) == 0)
      most = isa;
  while (!cap_isa_set((CapIsa)most))
    most--;
}
