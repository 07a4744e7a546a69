/* Nodules of the phantom: their shapes, and where they find room. */
#pragma once

#include "datasets/phantom/phantom.h"
#include "datasets/phantom/phantom_anatomy.h"

#define CAP_PHANTOM_MAX_SPICULES 18

/* A nodule as painted; coordinates are the anatomy's. */
typedef struct {
  CapPhantomKind kind;
  CapPoint center;
  double radius;     /* of the body before lumps, along the mean axis */
  double axes[3];    /* relative half axes, product 1 */
  CapPoint frame[3]; /* their directions */
  double lump,
      lump_period; /* surface noise: amplitude relative to radius, mm */
  double softness; /* width of the margin in mm */
  uint32_t seed;
  CapPoint core;                /* centre of a denser core */
  double core_radius;           /* 0: none */
  double hu, core_hu, grain_hu; /* body, core, texture sd */
  gboolean clipped;             /* ends at the pleura */
  int n_spicules;
  CapPhantomTube spicules[CAP_PHANTOM_MAX_SPICULES];
  CapPoint centroid; /* measured on the finished body */
  double volume_mm3, core_volume_mm3;
} CapPhantomShape;

/* Distance from the body's surface, negative inside; spicules excluded and the
 * pleura not considered. */
double cap_phantom_shape_distance(const CapPhantomShape *shape, CapPoint p);
double cap_phantom_shape_core(const CapPhantomShape *shape, CapPoint p);
/* Radius of a sphere around center that holds body and spicules. */
double cap_phantom_shape_reach(const CapPhantomShape *shape);
/* Whether P is in the nodule's body, the pleura considered. */
gboolean cap_phantom_shape_inside(const CapPhantomShape *shape,
                                  const CapPhantomAnatomy *anatomy, CapPoint p);

/* Places REQUESTS (of CapPhantomRequest) into the lungs, apart from each other
 * and from wide vessels; one that finds no room is left out. Returns an array
 * of CapPhantomShape whose volumes match the diameters asked for. */
GArray *cap_phantom_nodule_place(const CapPhantomAnatomy *anatomy,
                                 const GArray *tubes, const GArray *requests);
