/* Writing safetensors: see safetensors.h. */
#include "io/safetensors.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "core/error.h"

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "safetensors is little-endian; this file copies floats as they are"
#endif

#define MAX_BYTES ((gsize)4000000000) /* a GByteArray counts to 2³² */

static gsize
tensor_bytes(const CapNamedTensor *tensor)
{
  gsize n = sizeof(float);
  for (int i = 0; i < tensor->shape.n_dims; i++)
    n *= (gsize)tensor->shape.dims[i];
  return n;
}

static void
write_metadata(JsonBuilder *builder, GHashTable *metadata)
{
  json_builder_set_member_name(builder, "__metadata__");
  json_builder_begin_object(builder);
  g_autoptr(GList) keys =
      g_list_sort(g_hash_table_get_keys(metadata), (GCompareFunc)strcmp);
  for (GList *key = keys; key != NULL; key = key->next) {
    json_builder_set_member_name(builder, key->data);
    json_builder_add_string_value(builder,
                                  g_hash_table_lookup(metadata, key->data));
  }
  json_builder_end_object(builder);
}

static void
write_tensor(JsonBuilder *builder, const CapNamedTensor *tensor, gsize start)
{
  json_builder_set_member_name(builder, tensor->name);
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "dtype");
  json_builder_add_string_value(builder, "F32");
  json_builder_set_member_name(builder, "shape");
  json_builder_begin_array(builder);
  for (int i = 0; i < tensor->shape.n_dims; i++)
    json_builder_add_int_value(builder, tensor->shape.dims[i]);
  json_builder_end_array(builder);
  json_builder_set_member_name(builder, "data_offsets");
  json_builder_begin_array(builder);
  json_builder_add_int_value(builder, (gint64)start);
  json_builder_add_int_value(builder, (gint64)(start + tensor_bytes(tensor)));
  json_builder_end_array(builder);
  json_builder_end_object(builder);
}

/* The JSON header, padded with spaces to a multiple of 8. */
static char *
make_header(const CapNamedTensor *tensors, int n, GHashTable *metadata)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  if (metadata != NULL && g_hash_table_size(metadata) > 0)
    write_metadata(builder, metadata);
  gsize start = 0;
  for (int i = 0; i < n; i++) {
    write_tensor(builder, &tensors[i], start);
    start += tensor_bytes(&tensors[i]);
  }
  json_builder_end_object(builder);
  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  g_autofree char *json = json_to_string(root, FALSE);
  const gsize padded = (strlen(json) + 7) / 8 * 8;
  return g_strdup_printf("%-*s", (int)padded, json);
}

gboolean
cap_safetensors_write(const CapNamedTensor *tensors, int n,
                      GHashTable *metadata, const char *path, GError **error)
{
  gsize total = 0;
  for (int i = 0; i < n; i++)
    total += tensor_bytes(&tensors[i]);
  if (total > MAX_BYTES) {
    g_set_error(error, CAP_ERROR, CAP_ERROR_LIMIT,
                "%s would have more than 4 GB", path);
    return FALSE;
  }
  g_autofree char *header = make_header(tensors, n, metadata);
  const guint64 length = strlen(header);
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  g_byte_array_append(bytes, (const guint8 *)&length, sizeof length);
  g_byte_array_append(bytes, (const guint8 *)header, (guint)length);
  for (int i = 0; i < n; i++)
    if (tensor_bytes(&tensors[i]) > 0)
      g_byte_array_append(bytes, (const guint8 *)tensors[i].data,
                          (guint)tensor_bytes(&tensors[i]));
  g_autoptr(GError) cause = NULL;
  if (g_file_set_contents_full(
          path, (const char *)bytes->data, (gssize)bytes->len,
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
          &cause))
    return TRUE;
  const gboolean half =
      g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ||
      g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_IO);
  g_set_error(error, CAP_ERROR, half ? CAP_ERROR_WRITE : CAP_ERROR_OUTPUT,
              "%s: the tensors cannot be written: %s", path, cause->message);
  return FALSE;
}
