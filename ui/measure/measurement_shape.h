/* CapMeasurementShape: what a slice view shows of one measurement, in
 * coordinates of the screen. */
#pragma once

#include "core/measure/measurement.h"
#include "ui/view/label_layout.h"
#include "ui/view/viewport.h"

#include <cairo.h>

typedef enum {
  CAP_SHAPE_AWAY, /* nothing of it */
  CAP_SHAPE_NEAR, /* it lies off the plane, but not far */
  CAP_SHAPE_CUT,  /* the plane goes through it */
  CAP_SHAPE_FLAT, /* it lies in the plane */
} CapShapeState;

typedef struct {
  double x0, y0, x1, y1;
} CapShapeLine;

/* What a measurement is caught by. */
typedef struct {
  int end; /* of the measurement, or corner of its outline */
  double x, y;
} CapShapeHandle;

typedef struct {
  CapShapeState state;
  double distance_mm; /* of the nearest end from the plane */
  GArray *lines;   /* of CapShapeLine: what is touched; all of it when near */
  CapBox box;      /* around the lines */
  GArray *handles; /* of CapShapeHandle: those that the view touches */
} CapMeasurementShape;

/* MEASUREMENT in the view of PORT, which touches what lies half a slice, or
 * half its slab, from its plane; up to REACH_MM it is near. Caller clears. */
void cap_measurement_shape_init(CapMeasurementShape *shape,
                                const CapMeasurement *measurement,
                                const CapViewport *port, double reach_mm);
/* An outline has no ends: CORNERS of it (of int) become its handles, where it
 * lies in the view as a whole. */
void cap_measurement_shape_add_corners(CapMeasurementShape *shape,
                                       const CapMeasurement *measurement,
                                       const CapViewport *port,
                                       const GArray *corners);
void cap_measurement_shape_clear(CapMeasurementShape *shape);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapMeasurementShape,
                                 cap_measurement_shape_clear)

/* How far (X, Y) is from its lines; infinite without any. */
double cap_measurement_shape_distance(const CapMeasurementShape *shape,
                                      double x, double y);
/* The point of its lines that is nearest to BOX. */
void cap_measurement_shape_nearest(const CapMeasurementShape *shape, CapBox box,
                                   double *x, double *y);
/* Adds its lines to the path of CR. */
void cap_measurement_shape_path(const CapMeasurementShape *shape, cairo_t *cr);
