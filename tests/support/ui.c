/* Set-up for tests of the viewer: see ui.h. Fails through GLib, since the bench
 * uses it outside of libcheck. */
#include "tests/support/ui.h"

#include "core/language.h"
#include "ui/application.h"
#include "ui/translations.h"

#include <math.h>
#include <string.h>

enum {
  WAIT_S = 50
}; /* a busy machine is slow, a test that waits in vain rare */

void
cap_ui_setup(void)
{
  g_set_prgname("capsight-test"); /* by which files are remembered as recent */
  cap_application_init_resources();
  adw_init();
}

gboolean
cap_ui_german(const char *folder)
{
  g_autofree char *locale = g_build_filename(folder, "de_DE.UTF-8", NULL);
  const char *arguments[] = {"localedef", "--no-archive", "-i",   "de_DE",
                             "-f",        "UTF-8",        locale, NULL};
  int status = -1;
  if (!g_spawn_sync(NULL, (char **)arguments, NULL,
                    G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                        G_SPAWN_STDERR_TO_DEV_NULL,
                    NULL, NULL, NULL, NULL, &status, NULL))
    return FALSE;
  g_setenv("LOCPATH", folder, TRUE);
  g_setenv("LC_ALL", "de_DE.UTF-8", TRUE);
  g_unsetenv("LANGUAGE");
  cap_translations_bind();
  return g_str_equal(setlocale(LC_MESSAGES, NULL), "de_DE.UTF-8");
}

static gboolean
wake(gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

void
cap_ui_wait(CapUiCondition condition, gpointer data, const char *what)
{
  const gint64 end = g_get_monotonic_time() + WAIT_S * G_TIME_SPAN_SECOND;
  const guint ticker = g_timeout_add(5, wake, NULL);
  while (!condition(data) && g_get_monotonic_time() < end)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(ticker);
  if (!condition(data))
    g_error("did not happen: %s", what);
}

void
cap_ui_spin(int ms)
{
  const gint64 end = g_get_monotonic_time() + ms * 1000;
  const guint ticker = g_timeout_add(2, wake, NULL);
  while (g_main_context_iteration(NULL, FALSE) || g_get_monotonic_time() < end)
    if (g_get_monotonic_time() < end)
      g_main_context_iteration(NULL, TRUE);
    else if (g_get_monotonic_time() > end + 200000)
      break;
  g_source_remove(ticker);
}

CapVolume *
cap_ui_volume(void)
{
  CapVolume *v = cap_volume_new(80, 70, 40, NULL);
  g_assert(v != NULL);
  v->spacing_mm[2] = 2;
  v->origin_mm = (CapPoint){-40, -35, -100};
  v->usable = CAP_USABLE_VIEW | CAP_USABLE_MEASURE | CAP_USABLE_DETECT;
  for (int s = 0; s < v->slices; s++)
    for (int r = 0; r < v->rows; r++)
      for (int c = 0; c < v->columns; c++) {
        int16_t hu = -850;
        if (c > 55 && r > 10 && r < 60)
          hu = 40;
        if (sqrt((c - 25) * (c - 25) + (r - 30) * (r - 30) +
                 4 * (s - 20) * (s - 20)) <= 8)
          hu = 100;
        cap_volume_slice(v, s)[r * v->columns + c] = hu;
      }
  g_free(v->source->patient_name);
  v->source->patient_name = g_strdup("Doe^Jane");
  g_free(v->source->patient_id);
  v->source->patient_id = g_strdup("TEST-1");
  g_free(v->source->series_uid);
  v->source->series_uid = g_strdup("1.2.3");
  g_free(v->source->frame_of_reference_uid);
  v->source->frame_of_reference_uid = g_strdup("1.2.3.4");
  return v;
}

/* A ball of RADIUS_MM around a whole index, cropped at the volume. */
static CapMask *
ball(const CapVolume *v, const int center[3], double radius_mm)
{
  int low[3], high[3];
  const int size[3] = {v->columns, v->rows, v->slices};
  for (int i = 0; i < 3; i++) {
    const int reach = (int)ceil(radius_mm / v->spacing_mm[i]);
    low[i] = MAX(center[i] - reach, 0);
    high[i] = MIN(center[i] + reach, size[i] - 1);
  }
  CapMask *mask = cap_mask_new(high[0] - low[0] + 1, high[1] - low[1] + 1,
                               high[2] - low[2] + 1, NULL);
  g_assert(mask != NULL);
  memcpy(mask->first, low, sizeof low);
  uint8_t *at = mask->voxels;
  for (int s = low[2]; s <= high[2]; s++)
    for (int r = low[1]; r <= high[1]; r++)
      for (int c = low[0]; c <= high[0]; c++, at++) {
        const double x = (c - center[0]) * v->spacing_mm[0];
        const double y = (r - center[1]) * v->spacing_mm[1];
        const double z = (s - center[2]) * v->spacing_mm[2];
        *at = x * x + y * y + z * z <= radius_mm * radius_mm;
      }
  return mask;
}

static void
fill_judgement(CapFinding *f, int seed)
{
  f->malignancy.n_levels = 5;
  for (int i = 0; i < 5; i++)
    f->malignancy.p[i] = 1 + (seed * 3 + i * i) % 5;
  cap_rating_finish(&f->malignancy);
  f->malignancy_probability = f->malignancy.p[3] + f->malignancy.p[4];
  for (int a = 0; a < CAP_N_ATTRIBUTES; a++) {
    CapRating *rating = &f->attributes[a];
    rating->n_levels = cap_attribute_levels((CapAttributeKind)a);
    for (int i = 0; i < rating->n_levels; i++)
      rating->p[i] = 1 + (seed + a * 7 + i * 3) % 6;
    cap_rating_finish(rating);
  }
  for (int k = 0; k < CAP_N_CAPSULES; k++) {
    CapCapsule *capsule = &f->capsules[k];
    capsule->length = k == 0 ? f->probability : 0.15 + 0.08 * k;
    for (int i = 0; i < CAP_POSE_DIM; i++)
      capsule->pose[i] = 0.35f * (float)sin(seed + k * 1.7 + i * 2.3);
    for (int i = 0; i < CAP_GRID * CAP_GRID * CAP_GRID; i++) {
      const int x = i % 4, y = i / 4 % 4, z = i / 16;
      const double d = hypot(hypot(x - 1.5, y - 1.5), z - 1.5);
      capsule->routing[i] = (float)(0.9 * exp(-d * d / (1 + 0.2 * k)));
    }
  }
}

CapFindings *
cap_ui_findings(const CapVolume *v, int n)
{
  CapFindings *findings = cap_findings_new(v);
  findings->n_candidates = 10 * n;
  for (int i = 0; i < n; i++) {
    CapFinding *f = cap_finding_new();
    const int center[3] = {i == 0 ? 25 : (25 + 13 * i) % v->columns,
                           i == 0 ? 30 : (30 + 17 * i) % v->rows,
                           i == 0 ? 20 : (20 + 7 * i) % v->slices};
    const double radius = i == 0 ? 8 : 2 + i % 5;
    f->id = i + 1;
    f->center_mm =
        cap_volume_to_patient(v, (CapPoint){center[0], center[1], center[2]});
    f->source_slice = center[2];
    f->mask = ball(v, center, radius);
    f->type = (CapNoduleType)(i % 4);
    f->side = i % 2 ? CAP_SIDE_LEFT : CAP_SIDE_RIGHT;
    f->lobe = i % 3 ? CAP_LOBE_UPPER : CAP_LOBE_LOWER;
    f->probability = 0.98 - 0.4 * i / MAX(n, 1);
    f->long_axis_mm = 2 * radius + 0.4;
    f->short_axis_mm = 2 * radius - 0.4;
    f->mean_diameter_mm = 2 * radius;
    f->volume_mm3 = 4.0 / 3 * G_PI * radius * radius * radius;
    f->hu_mean = 35 - 10 * i;
    f->hu_sd = 20;
    f->hu_min = -120;
    f->hu_max = 160;
    fill_judgement(f, i);
    g_ptr_array_add(findings->items, f);
  }
  return findings;
}

CapSession *
cap_ui_session(void)
{
  CapSession *session = cap_session_new();
  CapShared *volume =
      cap_shared_new(cap_ui_volume(), (GDestroyNotify)cap_volume_free);
  cap_session_set_volume(session, volume, TRUE);
  cap_session_set_phase(session, CAP_PHASE_READY);
  cap_shared_unref(volume);
  return session;
}

static gboolean
is_laid_out(gpointer widget)
{
  return gtk_widget_get_mapped(widget) && gtk_widget_get_width(widget) > 0;
}

GtkWindow *
cap_ui_show(GtkWidget *widget, int width, int height)
{
  GtkWindow *window = GTK_WINDOW(gtk_window_new());
  gtk_window_set_decorated(window, FALSE);
  gtk_window_set_default_size(window, width, height);
  gtk_window_set_child(window, widget);
  gtk_window_present(window);
  cap_ui_wait(is_laid_out, widget, "the widget is laid out");
  return window;
}

double
cap_ui_luminance(double red, double green, double blue)
{
  const double parts[] = {red, green, blue};
  static const double weights[] = {0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
    sum += weights[i] * (parts[i] <= 0.04045
                             ? parts[i] / 12.92
                             : pow((parts[i] + 0.055) / 1.055, 2.4));
  return sum;
}

double
cap_ui_contrast(double lighter, double darker)
{
  return (lighter + 0.05) / (darker + 0.05);
}

static void
on_text(GObject *clipboard, GAsyncResult *result, gpointer data)
{
  *(char **)data =
      gdk_clipboard_read_text_finish(GDK_CLIPBOARD(clipboard), result, NULL);
}

static gboolean
has_text(gpointer data)
{
  return *(char **)data != NULL;
}

char *
cap_ui_clipboard(GtkWidget *widget)
{
  char *text = NULL;
  gdk_clipboard_read_text_async(gtk_widget_get_clipboard(widget), NULL, on_text,
                                &text);
  cap_ui_wait(has_text, &text, "the clipboard has a text");
  return text;
}

void
cap_ui_shoot(const char *name)
{
  const char *into = g_getenv("CAP_SHOTS");
  if (into == NULL)
    return;
  cap_ui_spin(600);
  g_autofree char *command =
      g_strdup_printf("import -window root %s/%s.png", into, name);
  g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL);
}

uint8_t *
cap_ui_pixels(GtkWidget *widget, int *width, int *height)
{
  *width = gtk_widget_get_width(widget);
  *height = gtk_widget_get_height(widget);
  /* Not through a paintable, which shows what the last frame drew. */
  GtkSnapshot *snapshot = gtk_snapshot_new();
  GTK_WIDGET_GET_CLASS(widget)->snapshot(widget, snapshot);
  GskRenderNode *node = gtk_snapshot_free_to_node(snapshot);
  uint8_t *pixels = g_malloc0((gsize)*width * *height * 4);
  if (node == NULL)
    return pixels;
  GskRenderer *renderer = gsk_cairo_renderer_new();
  g_assert(gsk_renderer_realize(renderer, NULL, NULL));
  GdkTexture *texture = gsk_renderer_render_texture(
      renderer, node, &GRAPHENE_RECT_INIT(0, 0, *width, *height));
  gdk_texture_download(texture, pixels, (gsize)*width * 4);
  g_object_unref(texture);
  gsk_renderer_unrealize(renderer);
  g_object_unref(renderer);
  gsk_render_node_unref(node);
  return pixels;
}

int
cap_ui_difference(const uint8_t *a, const uint8_t *b, int width, int height)
{
  int n = 0;
  for (int i = 0; i < width * height; i++)
    n += memcmp(a + 4 * i, b + 4 * i, 4) != 0;
  return n;
}

double
cap_ui_resident_mb(gboolean now)
{
  g_autofree char *status = NULL;
  if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
    return NAN;
  const char *name = now ? "VmRSS:" : "VmHWM:", *line = strstr(status, name);
  return line != NULL ? g_ascii_strtod(line + strlen(name), NULL) / 1024 : NAN;
}
