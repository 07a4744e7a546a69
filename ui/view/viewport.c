/* CapViewport: see viewport.h. */
#include "ui/view/viewport.h"

#include <math.h>

CapPoint
cap_viewport_to_patient(const CapViewport *port, double x, double y)
{
  return cap_slice_to_patient(port->volume, &port->view, port->width,
                              port->height, x * port->scale - 0.5,
                              y * port->scale - 0.5);
}

void
cap_viewport_to_screen(const CapViewport *port, CapPoint at_mm, double *x,
                       double *y)
{
  cap_slice_to_pixel(port->volume, &port->view, port->width, port->height,
                     at_mm, x, y);
  *x = (*x + 0.5) / port->scale;
  *y = (*y + 0.5) / port->scale;
}

double
cap_viewport_zoom(const CapViewport *port)
{
  return 1.0 / (port->view.mm_per_pixel * port->scale);
}

double
cap_viewport_screen_width(const CapViewport *port)
{
  return port->width / port->scale;
}

double
cap_viewport_screen_height(const CapViewport *port)
{
  return port->height / port->scale;
}

double
cap_viewport_fit(const CapVolume *volume, CapPlane plane, int width, int height,
                 CapPoint *center_mm)
{
  const CapPoint last = {volume->columns - 1, volume->rows - 1,
                         volume->slices - 1};
  *center_mm = cap_volume_to_patient(
      volume, (CapPoint){last.x / 2, last.y / 2, last.z / 2});
  const CapSliceView view = {
      .plane = plane, .center_mm = *center_mm, .mm_per_pixel = 1};
  double half_width = 0.5, half_height = 0.5;
  for (int corner = 0; corner < 8; corner++) {
    const CapPoint index = {corner & 1 ? last.x + 0.5 : -0.5,
                            corner & 2 ? last.y + 0.5 : -0.5,
                            corner & 4 ? last.z + 0.5 : -0.5};
    double x, y;
    cap_slice_to_pixel(volume, &view, 1, 1,
                       cap_volume_to_patient(volume, index), &x, &y);
    half_width = fmax(half_width, fabs(x));
    half_height = fmax(half_height, fabs(y));
  }
  return 1.02 *
         fmax(2 * half_width / MAX(width, 1), 2 * half_height / MAX(height, 1));
}
