/* Progress and cancel of long work, carried by value through every layer. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* STAGE is a short phrase ("reading slices"), FRACTION runs from 0 to 1 within
 * the stage. Called from the thread that does the work. */
typedef void (*CapProgressFunc)(const char *stage, double fraction,
                                gpointer user_data);

typedef struct {
  CapProgressFunc func;      /* may be NULL */
  gpointer user_data;        /* borrowed, handed to func */
  GCancellable *cancellable; /* borrowed, may be NULL */
} CapProgress;

/* Reports; PROGRESS may be NULL. Returns FALSE with CAP_ERROR_CANCELLED when
 * the user asked to stop, so a loop is `if (!cap_progress_step(...)) goto`. */
gboolean cap_progress_step(const CapProgress *progress, const char *stage,
                           double fraction, GError **error);

G_END_DECLS
