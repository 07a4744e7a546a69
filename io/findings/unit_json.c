/* Units as JSON: see unit_json.h. */
#include "io/findings/unit_json.h"

#include "core/image/unit.h"

static const struct {
  unsigned bit;
  const char *key;
} keys[] = {{CAP_UNKNOWN_MM, "lengths_in_pixels"},
            {CAP_UNKNOWN_HU, "values_without_unit"}};

void
cap_type_json_write(CapJson *json, CapNoduleType type)
{
  if (type == CAP_TYPE_UNCLASSIFIED)
    cap_json_null(json, "type");
  else
    cap_json_string(json, "type", cap_nodule_type_name(type));
}

void
cap_unit_json_write(CapJson *json, unsigned unknown)
{
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
    if (unknown & keys[i].bit)
      cap_json_bool(json, keys[i].key, TRUE);
}

unsigned
cap_unit_json_read(CapJsonReader *reader, JsonObject *object)
{
  unsigned unknown = 0;
  for (guint i = 0; i < G_N_ELEMENTS(keys); i++) {
    gboolean is_set = FALSE;
    cap_json_read_bool(reader, object, keys[i].key, &is_set);
    unknown |= is_set ? keys[i].bit : 0;
  }
  return unknown;
}
