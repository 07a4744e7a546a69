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
cap_viewport_fit_part(double width_mm, double height_mm, int width, int height)
{
  return 1.02 * fmax(fmax(width_mm, 1) / MAX(width, 1),
                     fmax(height_mm, 1) / MAX(height, 1));
}

double
cap_viewport_fit(const CapVolume *volume, CapPlane plane, int width, int height,
                 CapPoint *center_mm)
{
  double width_mm, height_mm;
  *center_mm = cap_slice_extent(volume, plane, &width_mm, &height_mm);
  return cap_viewport_fit_part(width_mm, height_mm, width, height);
}
