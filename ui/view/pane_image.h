/* CapPaneImage: the pixels of a view as a render node, drawn anew only when
 * something that they depend on has changed. */
#pragma once

#include "ui/view/viewport.h"

#include <gtk/gtk.h>

typedef struct CapPaneImage CapPaneImage;

CapPaneImage *cap_pane_image_new(void);
void cap_pane_image_free(CapPaneImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapPaneImage, cap_pane_image_free)
/* Another volume, perhaps at the same address. */
void cap_pane_image_forget(CapPaneImage *image);

/* The image of PORT; borrowed until the next call, NULL when memory is short.
 * SERIAL changes with the voxels (cap_session_serial). */
GskRenderNode *cap_pane_image_node(CapPaneImage *image, const CapViewport *port,
                                   guint serial);
/* What it keeps, for more of the same volume. */
CapSliceKept cap_pane_image_kept(const CapPaneImage *image);
