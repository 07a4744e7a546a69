/* CapMapping: which original became what, for whoever is trusted with it. It
 * names everybody that the de-identified files do not. */
#pragma once

#include <gio/gio.h>

typedef struct CapMapping CapMapping;

CapMapping *cap_mapping_new(void);
void cap_mapping_free(CapMapping *mapping);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapMapping, cap_mapping_free)

/* Both fields of each are copied; the same pair counts once. NULL MAPPING:
 * nothing happens. */
void cap_mapping_add_patient(CapMapping *mapping, const char *id,
                             const char *name, const char *pseudonym,
                             int shift_days);
void cap_mapping_add_uid(CapMapping *mapping, const char *from, const char *to);
void cap_mapping_add_file(CapMapping *mapping, const char *from,
                          const char *to);

/* Writes PATH as JSON, readable by its owner alone. FALSE with
 * CAP_ERROR_OUTPUT or CAP_ERROR_WRITE. */
gboolean cap_mapping_save(const CapMapping *mapping, const char *key_name,
                          const char *path, GError **error);
