/* CapLabelLayout: see label_layout.h. */
#include "ui/view/label_layout.h"

#include <math.h>

#define GAP 6.0   /* between a label and what it belongs to */
#define STEP 14.0 /* from one ring of places to the next */
#define RINGS 12
#define SIDES 16 /* places on a ring */

struct CapLabelLayout {
  double width, height;
  GArray *taken, *labels; /* of CapBox; labels are taken too */
};

CapLabelLayout *
cap_label_layout_new(double width, double height)
{
  CapLabelLayout *layout = g_new(CapLabelLayout, 1);
  *layout =
      (CapLabelLayout){width, height, g_array_new(FALSE, FALSE, sizeof(CapBox)),
                       g_array_new(FALSE, FALSE, sizeof(CapBox))};
  return layout;
}

void
cap_label_layout_free(CapLabelLayout *layout)
{
  if (layout == NULL)
    return;
  g_array_unref(layout->taken);
  g_array_unref(layout->labels);
  g_free(layout);
}

void
cap_label_layout_avoid(CapLabelLayout *layout, CapBox box)
{
  g_array_append_val(layout->taken, box);
}

static void
add_label(CapLabelLayout *layout, CapBox box)
{
  cap_label_layout_avoid(layout, box);
  g_array_append_val(layout->labels, box);
}

static double
shared(double a, double a_size, double b, double b_size)
{
  return fmax(0, fmin(a + a_size, b + b_size) - fmax(a, b));
}

double
cap_box_gap(CapBox a, CapBox b)
{
  const double x = fmax(0, fmax(a.x, b.x) - fmin(a.x + a.width, b.x + b.width));
  const double y =
      fmax(0, fmax(a.y, b.y) - fmin(a.y + a.height, b.y + b.height));
  return hypot(x, y);
}

/* Area of BOX that is taken, or not in the view, which is worse. */
static double
covered(const CapLabelLayout *layout, CapBox box)
{
  double sum = 10 * (box.width * box.height -
                     shared(box.x, box.width, 0, layout->width) *
                         shared(box.y, box.height, 0, layout->height));
  for (guint i = 0; i < layout->taken->len; i++) {
    const CapBox *other = &g_array_index(layout->taken, CapBox, i);
    sum += shared(box.x, box.width, other->x, other->width) *
           shared(box.y, box.height, other->y, other->height);
  }
  return sum;
}

/* A label whose middle lies in DIRECTION from the middle of AROUND, OFF away
 * from its edge. */
static CapBox
beside(CapBox around, int direction, double off, double width, double height)
{
  const double t = 2 * G_PI * direction / SIDES;
  const double right = cos(t), down = sin(t);
  const double reach_x = (around.width + width) / 2 + off;
  const double reach_y = (around.height + height) / 2 + off;
  /* On the edge of the box that holds both, so that sides are flush. */
  const double scale = fmax(fabs(right), fabs(down));
  return (CapBox){
      around.x + around.width / 2 + reach_x * right / scale - width / 2,
      around.y + around.height / 2 + reach_y * down / scale - height / 2, width,
      height};
}

CapBox
cap_label_layout_place(CapLabelLayout *layout, CapBox around, double width,
                       double height)
{
  CapBox best = beside(around, 0, GAP, width, height);
  double least = INFINITY;
  for (int ring = 0; ring < RINGS && least > 0; ring++)
    for (int k = 0; k < SIDES && least > 0; k++) {
      /* To the right first, then to either side of that in turn. */
      const int direction = (k % 2 ? SIDES - (k + 1) / 2 : k / 2) % SIDES;
      const CapBox box =
          beside(around, direction, GAP + ring * STEP, width, height);
      const double area = covered(layout, box);
      if (area < least) {
        least = area;
        best = box;
      }
    }
  add_label(layout, best);
  return best;
}

gboolean
cap_label_layout_take(CapLabelLayout *layout, CapBox box)
{
  if (covered(layout, box) > 0)
    return FALSE;
  add_label(layout, box);
  return TRUE;
}

const GArray *
cap_label_layout_labels(const CapLabelLayout *layout)
{
  return layout->labels;
}
