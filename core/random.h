/* CapRandom: random numbers by counter, so that what a sample looks like depends
 * on its key (seed, epoch, index) and never on threads or order.
 *
 * The generator is SplitMix64 (Steele, Lea & Flood, "Fast splittable
 * pseudorandom number generators", 2014) started from the mixed key. */
#pragma once

#include <glib.h>
#include <math.h>

typedef struct {
  guint64 state;
} CapRandom;

static inline guint64
cap_random_mix(guint64 z)
{
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

/* The stream of key (SEED, A, B). */
static inline CapRandom
cap_random_start(guint64 seed, guint64 a, guint64 b)
{
  const guint64 step = G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
  guint64 z = cap_random_mix(seed + step);
  z = cap_random_mix(z ^ (a + 2 * step));
  z = cap_random_mix(z ^ (b + 3 * step));
  return (CapRandom){z};
}

static inline guint64
cap_random_next(CapRandom *random)
{
  random->state += G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
  return cap_random_mix(random->state);
}

/* Uniform in [0, 1). */
static inline double
cap_random_uniform(CapRandom *random)
{
  return (cap_random_next(random) >> 11) * 0x1p-53;
}

static inline double
cap_random_between(CapRandom *random, double low, double high)
{
  return low + (high - low) * cap_random_uniform(random);
}

/* Whole number 0 … N-1; N > 0. */
static inline int
cap_random_below(CapRandom *random, int n)
{
  return (int)(cap_random_uniform(random) * n);
}

/* Standard normal (Box & Muller 1958; the second of the pair is not kept). */
static inline double
cap_random_normal(CapRandom *random)
{
  const double u = 1.0 - cap_random_uniform(random);
  return sqrt(-2.0 * log(u)) * cos(2 * G_PI * cap_random_uniform(random));
}

/* Cheap and nearly normal (sum of four 16-bit uniforms, sd 1): voxel noise. */
static inline float
cap_random_noise(CapRandom *random)
{
  const guint64 r = cap_random_next(random);
  const int sum = (int)(r & 0xFFFF) + (int)(r >> 16 & 0xFFFF) +
                  (int)(r >> 32 & 0xFFFF) + (int)(r >> 48);
  return (sum - 131070.0f) * (1.0f / 37837.0f);
}
