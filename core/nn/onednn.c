/* What oneDNN says of itself and the processor. */
#include "core/nn/onednn.h"

#include <oneapi/dnnl/dnnl.h>

gboolean
cap_onednn_has_avx512(void)
{
  return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core) ==
         dnnl_cpu_isa_avx512_core;
}

const char *
cap_onednn_isa(void)
{
  static const struct {
    dnnl_cpu_isa_t isa;
    const char *name;
  } rows[] = {{dnnl_cpu_isa_avx512_core_amx, "AMX"},
              {dnnl_cpu_isa_avx512_core_bf16, "AVX-512 with bfloat16"},
              {dnnl_cpu_isa_avx512_core, "AVX-512"},
              {dnnl_cpu_isa_avx2, "AVX2"},
              {dnnl_cpu_isa_avx, "AVX"}};
  const dnnl_cpu_isa_t isa = dnnl_get_effective_cpu_isa();
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if ((isa & rows[i].isa) == rows[i].isa)
      return rows[i].name;
  return "SSE4.1";
}

char *
cap_onednn_version(void)
{
  const dnnl_version_t *version = dnnl_version();
  return g_strdup_printf("oneDNN %d.%d.%d", version->major, version->minor,
                         version->patch);
}
