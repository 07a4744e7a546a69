/* Reasons not to trust a judgement: see doubt.h. */
#include "core/measure/doubt.h"

#include "core/language.h"

#include <string.h>

static const char *const names[CAP_N_DOUBTS] = {
    "thick-slices", "kernel", "reconstruction", "contradiction", "unfamiliar"};

const char *
cap_doubt_name(CapDoubtKind kind)
{
  return names[kind];
}

gboolean
cap_doubt_parse(const char *word, int *kind)
{
  for (int i = 0; i < CAP_N_DOUBTS; i++)
    if (g_str_equal(word, names[i])) {
      *kind = i;
      return TRUE;
    }
  return FALSE;
}

/* TEXT into ROOM, cut where it is too long, between characters. */
static void
copy_cut(char *room, gsize size, const char *text)
{
  static const char more[] = "…";
  if (g_strlcpy(room, text, size) < size)
    return;
  char *end = room + size - sizeof more;
  end = g_utf8_find_prev_char(room, end + 1);
  memcpy(end != NULL ? end : room, more, sizeof more);
}

void
cap_doubt_set_kernel(CapDoubt *doubt, const char *kernel, const char *usual)
{
  copy_cut(doubt->kernel, sizeof doubt->kernel, kernel);
  copy_cut(doubt->usual, sizeof doubt->usual, usual);
}

static char *
kernel_text(const CapDoubt *doubt)
{
  if (*doubt->kernel == '\0')
    return g_strdup(_("Unusual kernel: the network was trained on almost no "
                      "scan that was reconstructed with this one."));
  return g_strdup_printf(_("Unusual kernel: %s. The network was trained on "
                           "almost no scan that was "
                           "reconstructed with it; usual in training were %s."),
                         doubt->kernel, doubt->usual);
}

char *
cap_doubt_text(CapDoubtKind kind, const CapDoubt *doubt)
{
  const double value = doubt->value, limit = doubt->limit;
  switch (kind) {
  case CAP_DOUBT_THICK_SLICES:
    return g_strdup_printf(_("Thick slices: %.1f mm, where the network was "
                             "trained on at most %.1f mm."),
                           value, limit);
  case CAP_DOUBT_KERNEL:
    return kernel_text(doubt);
  case CAP_DOUBT_RECONSTRUCTION:
    return g_strdup_printf(_("The capsule does not describe it: rebuilt from "
                             "it, the nodule is off by %.0f HU; 95 of 100 "
                             "nodules trained on are within %.0f HU."),
                           value, limit);
  case CAP_DOUBT_CONTRADICTION:
    return g_strdup_printf(_("Attributes contradict malignancy: they and the "
                             "size would give %.2f, which is more than %.2f "
                             "from what the network says."),
                           value, limit);
  default:
    return g_strdup_printf(_("Unlike what was trained on: the nearest nodule "
                             "is at a distance of %.2f; 95 of 100 have one "
                             "within %.2f."),
                           value, limit);
  }
}
