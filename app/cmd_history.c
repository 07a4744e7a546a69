/* capsight history: who did what in a review, and when. */
#include "app/command.h"
#include "core/error.h"
#include "io/json.h"
#include "io/review/history_words.h"

#include <stdio.h>

static void
print_json(const GPtrArray *list)
{
  CapJson *json = cap_json_new();
  cap_json_begin_object(json, NULL, FALSE);
  cap_json_begin_array(json, "history", FALSE);
  for (guint i = 0; i < list->len; i++) {
    const CapHistoryEntry *entry = list->pdata[i];
    cap_json_begin_object(json, NULL, FALSE);
    cap_json_int(json, "entry", entry->row);
    cap_json_string(json, "at", entry->at);
    cap_json_string(json, "reader", entry->reader);
    cap_json_string(json, "action", cap_act_name(entry->act));
    if (entry->about != 0)
      cap_json_int(json, "about", entry->about);
    cap_json_bool(json, "undone", entry->undone);
    cap_json_string(json, "note", entry->note);
    cap_json_begin_array(json, "changes", FALSE);
    for (guint k = 0; k < entry->changes->len; k++) {
      const CapHistoryChange *change = entry->changes->pdata[k];
      cap_json_begin_object(json, NULL, TRUE);
      g_autofree char *item = cap_history_item(change);
      cap_json_string(json, "item", item);
      cap_json_string(json, "before", change->before);
      cap_json_string(json, "after", change->after);
      cap_json_end_object(json);
    }
    cap_json_end_array(json);
    cap_json_end_object(json);
  }
  cap_json_end_array(json);
  cap_json_end_object(json);
  g_autofree char *text = cap_json_finish(json);
  fputs(text, stdout);
}

int
cap_cmd_history(int argc, char **argv)
{
  g_auto(CapCommon) common = {0};
  g_autoptr(GError) error = NULL;
  if (!cap_command_parse(
          &argc, &argv, "REVIEW",
          "Prints the log of a review that the viewer keeps: who "
          "did what and when, and\nwhat was there before and "
          "after.",
          NULL, &common))
    return 2;
  if (argc != 2) {
    cap_command_wrong(&error, "history takes one review");
    return cap_command_fail(error);
  }
  g_autoptr(GPtrArray) list = cap_history_read(argv[1], &error);
  if (list == NULL)
    return cap_command_fail(error);
  if (common.json) {
    print_json(list);
    return 0;
  }
  g_autofree char *text = cap_history_text(list);
  fputs(text, stdout);
  return 0;
}
