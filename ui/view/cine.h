/* CapCine: slices that run by themselves.
 *
 * Every slice is shown: a slow machine plays slower and leaves none out.
 *
 * Properties (all notify, read and write): "playing", "backwards" (booleans),
 * "rate" (1 … 60 slices a second) and "mode" (CapCineMode). */
#pragma once

#include "ui/session/session.h"

typedef enum {
  CAP_CINE_LOOP,   /* from the last slice to the first */
  CAP_CINE_BOUNCE, /* to and fro */
  CAP_CINE_ONCE,   /* stops at the end */
} CapCineMode;

#define CAP_TYPE_CINE (cap_cine_get_type())
G_DECLARE_FINAL_TYPE(CapCine, cap_cine, CAP, CINE, GObject)

CapCine *cap_cine_new(CapSession *session);
/* Which planes run; the axial ones at first. */
void cap_cine_set_plane(CapCine *cine, CapPlane plane);
gboolean cap_cine_is_playing(CapCine *cine);
