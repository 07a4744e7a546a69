/* DICOM status codes: see status.h. */
#include "io/archive/status.h"

/* Codes under MASK; the more exact ones come first. */
static const struct {
  int mask, code;
  const char *words;
} statuses[] = {
    {0xFFFF, 0x0105, "no such attribute"},
    {0xFFFF, 0x0106, "an attribute has a value that it does not allow"},
    {0xFFFF, 0x0110, "it failed to process it"},
    {0xFFFF, 0x0111, "it holds another instance of this UID"},
    {0xFFFF, 0x0112, "no such instance"},
    {0xFFFF, 0x0117, "the instance's UID is not valid"},
    {0xFFFF, 0x0122, "it does not take this kind of object"},
    {0xFFFF, 0x0124, "we are not allowed to"},
    {0xFFFF, 0x0131, "its user has to be identified otherwise"},
    {0xFFFF, 0x0210, "the same message came twice"},
    {0xFFFF, 0x0211, "it does not know this operation"},
    {0xFFFF, 0xA770, "its place for this study is closed"},
    {0xFFFF, 0xA801, "it does not know where to send it"},
    {0xFF00, 0xA700, "it is out of resources"},
    {0xFF00, 0xA900, "the object does not fit its kind"},
    {0xF000, 0xC000, "it cannot understand the object"},
};

const char *
cap_status_words(int status)
{
  for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++)
    if ((status & statuses[i].mask) == statuses[i].code)
      return statuses[i].words;
  return "no reason that the standard knows";
}

void
cap_send_settle_status(CapSendItem *item, gboolean failed, int status)
{
  g_autofree char *reason = NULL;
  if (failed)
    reason = g_strdup_printf("the archive refuses it: %s (status %04X)",
                             cap_status_words(status), status);
  else if (status != 0)
    reason = g_strdup_printf("the archive changed or left out elements (status "
                             "%04X)",
                             status);
  cap_send_settle(item, failed ? CAP_SEND_REFUSED : CAP_SEND_STORED, reason);
}
