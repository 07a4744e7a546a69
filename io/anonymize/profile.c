/* The table of the profile: see profile.h. */
#include "io/anonymize/profile.h"

#define ROW(group, element, keyword, action, options)                          \
  {(guint32)(group) << 16 | (element), #keyword, CAP_PROFILE_##action, options},
#define NONE CAP_PROFILE_NONE
#define DATES CAP_PROFILE_DATES
#define WORDS CAP_PROFILE_WORDS
#define CONTENT CAP_PROFILE_CONTENT
#define PATIENT CAP_PROFILE_PATIENT
#define PATIENT_C CAP_PROFILE_PATIENT_C
#define DEVICE CAP_PROFILE_DEVICE
#define UIDS CAP_PROFILE_UIDS
#define INSTITUTION CAP_PROFILE_INSTITUTION
static const CapProfileRow rows[] = {
#include "io/anonymize/profile.inc"
};

/* A row for many tags: those with BITS in the places of MASK. The standard's
 * rows for overlays name their data and comments; without those the rest of the
 * group describes nothing, and it has texts too. */
static const struct {
  guint32 mask, bits;
  CapProfileRow row;
} ranges[] = {
    {0x00010000, 0x00010000, {0, "PrivateAttributes", CAP_PROFILE_X, 0}},
    {0xff000000, 0x50000000, {0, "CurveData", CAP_PROFILE_X, 0}},
    {0xff000000, 0x60000000, {0, "OverlayData", CAP_PROFILE_X, 0}},
};

const CapProfileRow *
cap_profile_find(guint32 tag)
{
  for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++)
    if ((tag & ranges[i].mask) == ranges[i].bits)
      return &ranges[i].row;
  gsize from = 0, to = G_N_ELEMENTS(rows);
  while (from < to) {
    const gsize middle = (from + to) / 2;
    if (rows[middle].tag == tag)
      return &rows[middle];
    if (rows[middle].tag < tag)
      from = middle + 1;
    else
      to = middle;
  }
  return NULL;
}

const CapProfileRow *
cap_profile_rows(gsize *n)
{
  *n = G_N_ELEMENTS(rows);
  return rows;
}

const char *
cap_profile_action_name(CapProfileAction action)
{
  static const char *const names[] = {"D",   "Z",   "X",     "U",     "Z/D",
                                      "X/Z", "X/D", "X/Z/D", "X/Z/U*"};
  return (gsize)action < G_N_ELEMENTS(names) ? names[action] : "?";
}
