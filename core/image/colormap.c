/* The heat map's colours: see colormap.h.
 *
 * Built once from a path through OKLab (Björn Ottosson, "A perceptual color
 * space for image processing", 2020): lightness linear, hue turning from violet
 * to yellow, and as much chroma as the path wants and sRGB can show. */
#include "core/image/colormap.h"

#include <math.h>

static uint8_t table[CAP_COLORMAP_STEPS][3];

static void
oklab_to_linear(double lightness, double a, double b, double rgb[3])
{
  const double l = pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  rgb[0] = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  rgb[1] = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  rgb[2] = -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s;
}

static gboolean
in_gamut(const double rgb[3])
{
  for (int i = 0; i < 3; i++)
    if (rgb[i] < 0 || rgb[i] > 1)
      return FALSE;
  return TRUE;
}

static uint8_t
srgb_byte(double linear)
{
  const double x = CLAMP(linear, 0.0, 1.0);
  const double encoded =
      x <= 0.0031308 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055;
  return (uint8_t)lround(encoded * 255);
}

/* The path at T: hue in degrees and the chroma wished for. */
static void
path(double t, double *lightness, double *hue, double *chroma)
{
  *lightness = 0.13 + 0.84 * t;
  *hue = t < 0.5 ? -75 + 95 * (t / 0.5) : 20 + 90 * ((t - 0.5) / 0.5);
  *chroma = 0.185 * pow(sin(G_PI * (0.05 + 0.80 * t)), 0.8);
}

static void
build_table(void)
{
  for (int i = 0; i < CAP_COLORMAP_STEPS; i++) {
    double lightness, hue, wanted, rgb[3];
    path(i / (CAP_COLORMAP_STEPS - 1.0), &lightness, &hue, &wanted);
    double low = 0, high = wanted; /* the largest chroma that sRGB can show */
    for (int k = 0; k < 30; k++) {
      const double middle = k == 0 ? high : (low + high) / 2;
      const double radians = hue * G_PI / 180;
      oklab_to_linear(lightness, middle * cos(radians), middle * sin(radians),
                      rgb);
      if (in_gamut(rgb))
        low = middle;
      else
        high = middle;
      if (low >= wanted)
        break;
    }
    oklab_to_linear(lightness, low * cos(hue * G_PI / 180),
                    low * sin(hue * G_PI / 180), rgb);
    for (int c = 0; c < 3; c++)
      table[i][c] = srgb_byte(rgb[c]);
  }
}

void
cap_colormap_heat_opaque(double value, uint8_t rgb[3])
{
  static gsize once;
  if (g_once_init_enter(&once)) {
    build_table();
    g_once_init_leave(&once, 1);
  }
  const double clamped = value > 0 ? MIN(value, 1.0) : 0; /* NaN is 0 */
  const uint8_t *entry = table[lround(clamped * (CAP_COLORMAP_STEPS - 1))];
  for (int c = 0; c < 3; c++)
    rgb[c] = entry[c];
}

void
cap_colormap_heat(double value, uint8_t rgba[4])
{
  cap_colormap_heat_opaque(value, rgba);
  const double clamped = value > 0 ? MIN(value, 1.0) : 0;
  rgba[3] = (uint8_t)lround(255 * clamped);
}

void
cap_colormap_blend(const float *map, gsize n, double opacity, uint8_t *rgba)
{
  for (gsize i = 0; i < n; i++) {
    uint8_t heat[4];
    cap_colormap_heat(map[i], heat);
    const double alpha = heat[3] / 255.0 * CLAMP(opacity, 0.0, 1.0);
    for (int c = 0; c < 3; c++)
      rgba[4 * i + c] =
          (uint8_t)lround(heat[c] * alpha + rgba[4 * i + c] * (1 - alpha));
  }
}
