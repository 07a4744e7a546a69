/* CapLabelLayout: where labels go on a crowded image, so that none lies on
 * another or on what is measured. Coordinates are those of the screen. */
#pragma once

#include <glib.h>

typedef struct {
  double x, y, width, height;
} CapBox;

typedef struct CapLabelLayout CapLabelLayout;

/* For a view of WIDTH x HEIGHT. */
CapLabelLayout *cap_label_layout_new(double width, double height);
void cap_label_layout_free(CapLabelLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapLabelLayout, cap_label_layout_free)

/* Labels keep off BOX. */
void cap_label_layout_avoid(CapLabelLayout *layout, CapBox box);
/* A place for a label of WIDTH x HEIGHT beside AROUND: the nearest that is free
 * and in the view, or where none is the one that covers least. Other labels
 * will keep off it. */
CapBox cap_label_layout_place(CapLabelLayout *layout, CapBox around,
                              double width, double height);
/* Takes BOX for a label when it is free and in the view. */
gboolean cap_label_layout_take(CapLabelLayout *layout, CapBox box);
/* Where labels have been placed; borrowed, of CapBox. */
const GArray *cap_label_layout_labels(const CapLabelLayout *layout);
/* How far A and B lie apart; 0 when they touch. */
double cap_box_gap(CapBox a, CapBox b);
