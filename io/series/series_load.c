/* Loading: the pixels of a scanned series into a CapVolume. See series.h. */
#include "core/error.h"

#include "core/language.h"
#include "io/dicom/decoder.h"
#include "io/series/series.h"
#include "io/series/series_build.h"
#include "io/series/series_plan.h"
#include "io/volume_file.h"

#include <string.h>

#define MAX_THREADS 64
#define STOP_MARK (-1)

CapSeriesOptions
cap_series_options_default(void)
{
  return (CapSeriesOptions){0};
}

/* ---- decoding on all cores ---- */

typedef struct {
  const CapSeriesPlan *plan;
  CapVolume *target;   /* one slice per entry of order */
  const int *slice_of; /* plane -> slice of target */
  char **why;          /* per plane: NULL, or why it failed */
  CapDecodeResult *result;
  GAsyncQueue *finished; /* plane + 1, or STOP_MARK as a thread ends */
  int next;              /* atomic */
  int stop;              /* atomic */
} DecodeWork;

static const CapStackPlane *
plane_at(const CapSeriesPlan *plan, int i)
{
  return &g_array_index(plan->planes, CapStackPlane, i);
}

/* The K-th of N planes from the middle outwards: whoever watches sees the
 * middle first. */
static int
outwards(int k, int n)
{
  const int middle = (n - 1) / 2;
  return k % 2 ? middle + (k + 1) / 2 : middle - k / 2;
}

static gpointer
decode_planes(gpointer data)
{
  DecodeWork *work = data;
  g_autoptr(CapDecoder) decoder = cap_decoder_new();
  while (!g_atomic_int_get(&work->stop)) {
    const int k = g_atomic_int_add(&work->next, 1);
    const int n = (int)work->plan->planes->len;
    if (k >= n)
      break;
    const int i = outwards(k, n);
    const CapStackPlane *plane = plane_at(work->plan, i);
    if (!plane->absent && work->slice_of[i] >= 0)
      work->result[i] = cap_decoder_read(
          decoder, plane->file, plane->frame,
          cap_volume_slice(work->target, work->slice_of[i]), &work->why[i]);
    g_async_queue_push(work->finished, GINT_TO_POINTER(i + 1));
  }
  g_async_queue_push(work->finished, GINT_TO_POINTER(STOP_MARK));
  return NULL;
}

typedef struct {
  const CapSeries *series;
  CapVolume *volume; /* what on_slice is shown */
  const CapProgress *progress;
  CapSeriesSliceFunc on_slice; /* NULL while planes are not yet in place */
  gpointer user_data;
} Listener;

static void
mark_absent(CapVolume *volume, int slice)
{
  int16_t *voxels = cap_volume_slice(volume, slice);
  for (gsize i = 0; i < (gsize)volume->rows * volume->columns; i++)
    voxels[i] = CAP_HU_AIR;
  volume->valid[slice] = 0;
}

/* Takes planes in as they finish. Returns FALSE when cancelled. */
static gboolean
collect_planes(DecodeWork *work, int n_threads, const Listener *listener,
               GError **error)
{
  const int n = work->plan->planes->len;
  gboolean ok = TRUE;
  for (int running = n_threads, done = 0; running > 0;) {
    const int message = GPOINTER_TO_INT(g_async_queue_pop(work->finished));
    if (message == STOP_MARK) {
      running--;
      continue;
    }
    const int plane = message - 1, slice = work->slice_of[plane];
    if (ok && !cap_progress_step(listener->progress, N_("reading slices"),
                                 (double)++done / n, error)) {
      ok = FALSE;
      g_atomic_int_set(&work->stop, 1);
    }
    if (slice < 0)
      continue;
    if (work->result[plane] != CAP_DECODED ||
        plane_at(work->plan, plane)->absent)
      mark_absent(work->target, slice);
    else
      work->target->valid[slice] = 1;
    if (ok && listener->on_slice != NULL && work->target->valid[slice])
      listener->on_slice(listener->volume, slice, listener->user_data);
  }
  return ok;
}

static gboolean
note_failures(const DecodeWork *work, CapVolume *volume, GError **error)
{
  for (guint i = 0; i < work->plan->planes->len; i++) {
    const CapStackPlane *plane = plane_at(work->plan, i);
    if (work->result[i] == CAP_DECODE_NO_WORKER) {
      g_set_error(error, CAP_ERROR, CAP_ERROR_WORKER,
                  "the decoding worker cannot be started (%s); it is needed "
                  "for “%s”",
                  work->why[i], plane->file->name);
      return FALSE;
    }
    if (work->result[i] != CAP_DECODE_FAILED)
      continue;
    g_autofree char *text =
        g_strdup_printf(N_("the pixels cannot be decoded: %s"), work->why[i]);
    g_autofree char *effect = g_strdup_printf(N_("slice %d treated as missing"),
                                              work->slice_of[i] + 1);
    g_ptr_array_add(volume->source->irregularities,
                    cap_irregularity_new(14, CAP_SEVERITY_WARNING,
                                         plane->file->name, text, effect));
  }
  return TRUE;
}

static gboolean
decode_all(const CapSeriesPlan *plan, CapVolume *target, const int *slice_of,
           int jobs, const Listener *listener, GError **error)
{
  const int n = plan->planes->len;
  DecodeWork work = {.plan = plan, .target = target, .slice_of = slice_of};
  work.why = g_new0(char *, n + 1);
  work.result = g_new0(CapDecodeResult, n);
  work.finished = g_async_queue_new();
  if (jobs <= 0)
    jobs = g_get_num_processors();
  const int n_threads = CLAMP(MIN(jobs, n), 1, MAX_THREADS);
  GThread *threads[MAX_THREADS];
  for (int t = 0; t < n_threads; t++)
    threads[t] = g_thread_new("decode", decode_planes, &work);
  const gboolean ok = collect_planes(&work, n_threads, listener, error);
  for (int t = 0; t < n_threads; t++)
    g_thread_join(threads[t]);
  const gboolean started = ok && note_failures(&work, listener->volume, error);
  for (int i = 0; i < n; i++)
    g_free(work.why[i]);
  g_free(work.why);
  g_free(work.result);
  g_async_queue_unref(work.finished);
  return started;
}

/* ---- the volume around the pixels ---- */

static void
copy_text(char **to, const char *from)
{
  g_free(*to);
  *to = g_strdup(from);
}

static void
copy_source(CapSource *to, const CapSource *from)
{
  copy_text(&to->patient_id, from->patient_id);
  copy_text(&to->patient_name, from->patient_name);
  copy_text(&to->patient_sex, from->patient_sex);
  copy_text(&to->patient_birth_date, from->patient_birth_date);
  copy_text(&to->study_uid, from->study_uid);
  copy_text(&to->study_date, from->study_date);
  copy_text(&to->study_description, from->study_description);
  copy_text(&to->series_uid, from->series_uid);
  copy_text(&to->series_description, from->series_description);
  copy_text(&to->series_number, from->series_number);
  copy_text(&to->modality, from->modality);
  copy_text(&to->frame_of_reference_uid, from->frame_of_reference_uid);
  copy_text(&to->manufacturer, from->manufacturer);
  copy_text(&to->kernel, from->kernel);
  to->unknown = from->unknown;
  to->slice_thickness_mm = from->slice_thickness_mm;
  for (guint i = 0; i < from->irregularities->len; i++)
    g_ptr_array_add(to->irregularities, cap_irregularity_copy(g_ptr_array_index(
                                            from->irregularities, i)));
}

/* What the image of PLANE is called; a resampled slice is no image. */
static int
image_number(const CapSeriesPlan *plan, const CapStackPlane *plane)
{
  if (plane == NULL || plane->absent || plan->kind == CAP_STACK_RESAMPLED)
    return G_MININT;
  return plane->file->n_frames > 1 ? plane->frame->frame + 1
                                   : plane->file->instance_number;
}

static CapVolume *
new_volume(const CapSeries *series, GError **error)
{
  const CapSeriesPlan *plan = series->plan;
  const CapVolume *grid = &plan->grid;
  CapVolume *volume =
      plan->kind == CAP_STACK_RESAMPLED
          ? cap_volume_new(grid->columns, grid->rows, grid->slices, error)
          : cap_volume_new_undefined(grid->columns, grid->rows, grid->slices,
                                     error);
  if (volume == NULL)
    return NULL;
  memcpy(volume->spacing_mm, grid->spacing_mm, sizeof grid->spacing_mm);
  memcpy(volume->axis, grid->axis, sizeof grid->axis);
  volume->origin_mm = grid->origin_mm;
  memset(volume->valid, 0, grid->slices);
  copy_source(volume->source, series->source);
  volume->source->sop_uids = g_new0(char *, grid->slices + 1);
  volume->source->source_frames = g_new0(int, grid->slices);
  volume->source->image_numbers = g_new(int, grid->slices);
  for (int s = 0; s < grid->slices; s++) {
    const int i = plan->plane_of_slice[s];
    const CapStackPlane *plane = i >= 0 ? plane_at(plan, i) : NULL;
    volume->source->sop_uids[s] =
        g_strdup(plane != NULL && !plane->absent ? plane->file->sop_uid : "");
    volume->source->source_frames[s] = plane != NULL ? plane->frame->frame : 0;
    volume->source->image_numbers[s] = image_number(plan, plane);
  }
  return volume;
}

/* An absent plane has no SOP instance to refer to. */
static void
finish_volume(CapVolume *volume, const CapSeries *series)
{
  int present = 0;
  for (int s = 0; s < volume->slices; s++) {
    present += volume->valid[s];
    if (!volume->valid[s])
      copy_text(&volume->source->sop_uids[s], "");
  }
  if (present < 3 && (volume->usable & CAP_USABLE_DETECT)) {
    volume->usable &= ~CAP_USABLE_DETECT;
    g_free(volume->source->unusable_text);
    volume->source->unusable_text = g_strdup_printf(
        N_("only %d of its %d slices can be read"), present, volume->slices);
  }
}

static gboolean
load_straight(const CapSeries *series, CapVolume *volume, int jobs,
              const Listener *listener, GError **error)
{
  const CapSeriesPlan *plan = series->plan;
  g_autofree int *slice_of = g_new(int, plan->planes->len);
  for (guint i = 0; i < plan->planes->len; i++)
    slice_of[i] = -1;
  for (int s = 0; s < volume->slices; s++)
    if (plan->plane_of_slice[s] >= 0)
      slice_of[plan->plane_of_slice[s]] = s;
    else
      mark_absent(volume, s);
  return decode_all(plan, volume, slice_of, jobs, listener, error);
}

/* Tilted and uneven stacks are read as they are, then resampled. */
static gboolean
load_resampled(const CapSeries *series, CapVolume *volume, int jobs,
               const Listener *listener, GError **error)
{
  const CapSeriesPlan *plan = series->plan;
  const int n = plan->planes->len;
  const CapDicomPixels *pixels = &plane_at(plan, 0)->file->pixels;
  g_autoptr(CapVolume) source =
      cap_volume_new_undefined(pixels->columns, pixels->rows, n, error);
  if (source == NULL)
    return FALSE;
  memset(source->valid, 0, n);
  g_autofree int *slice_of = g_new(int, n);
  for (int i = 0; i < n; i++)
    slice_of[i] = i;
  const Listener quiet = {listener->series, listener->volume,
                          listener->progress, NULL, NULL};
  if (!decode_all(plan, source, slice_of, jobs, &quiet, error))
    return FALSE;
  cap_series_plan_resample(plan, source, volume);
  for (int s = 0; listener->on_slice != NULL && s < volume->slices; s++)
    if (volume->valid[s])
      listener->on_slice(volume, s, listener->user_data);
  return TRUE;
}

/* ---- refusals ---- */

static const CapIrregularity *
find_case(const GPtrArray *irregularities, const int *numbers, gsize n)
{
  for (guint i = 0; i < irregularities->len; i++) {
    const CapIrregularity *found = g_ptr_array_index(irregularities, i);
    for (gsize k = 0; k < n; k++)
      if (found->number == numbers[k] && found->severity != CAP_SEVERITY_INFO)
        return found;
  }
  return NULL;
}

static gboolean
check_usable(const CapSeries *series, unsigned usable, GError **error)
{
  static const int unsupported[] = {28}, limits[] = {18};
  const GPtrArray *notes = series->source->irregularities;
  if (usable & CAP_USABLE_VIEW)
    return TRUE;
  const CapIrregularity *why = find_case(notes, unsupported, 1);
  int code = CAP_ERROR_UNSUPPORTED;
  if (why == NULL) {
    why = find_case(notes, limits, 1);
    code = why != NULL ? CAP_ERROR_LIMIT : CAP_ERROR_DATA;
  }
  g_set_error(
      error, CAP_ERROR, code, N_("series %s cannot be loaded: %s%s%s%s"),
      series->source->series_uid, series->unusable_text, why ? "; " : "",
      why && *why->file ? why->file : "", why ? (*why->file ? ": " : "") : "");
  if (why != NULL && error != NULL && *error != NULL) {
    char *longer = g_strconcat((*error)->message, why->text, NULL);
    g_free((*error)->message);
    (*error)->message = longer;
  }
  return FALSE;
}

/* --strict: nothing may be missing or damaged. */
static gboolean
check_strict(const CapVolume *volume, GError **error)
{
  static const int damage[] = {1, 14, 15, 16, 17, 18, 23, 25, 28};
  const CapIrregularity *found =
      find_case(volume->source->irregularities, damage, G_N_ELEMENTS(damage));
  if (found == NULL)
    return TRUE;
  g_set_error(
      error, CAP_ERROR, CAP_ERROR_DATA,
      N_("series %s is not complete, and --strict was asked for: %s%s%s "
         "(%s)"),
      volume->source->series_uid, found->file, *found->file ? ": " : "",
      found->text, cap_irregularity_code(found->number));
  return FALSE;
}

static gboolean
check_any_slice(const CapVolume *volume, GError **error)
{
  for (int s = 0; s < volume->slices; s++)
    if (volume->valid[s])
      return TRUE;
  const GPtrArray *notes = volume->source->irregularities;
  const CapIrregularity *last =
      notes->len > 0 ? g_ptr_array_index(notes, notes->len - 1) : NULL;
  g_set_error(error, CAP_ERROR, CAP_ERROR_DATA,
              N_("no slice of series %s can be decoded%s%s%s%s"),
              volume->source->series_uid, last ? "; " : "",
              last ? last->file : "", last ? ": " : "", last ? last->text : "");
  return FALSE;
}

/* ---- loading ---- */

static CapVolume *
load_volume_file(const CapSeries *series, const Listener *listener,
                 GError **error)
{
  CapVolume *volume = cap_volume_file_read(g_ptr_array_index(series->files, 0),
                                           listener->progress, error);
  for (int s = 0; volume && listener->on_slice && s < volume->slices; s++)
    listener->on_slice(volume, s, listener->user_data);
  return volume;
}

CapVolume *
cap_series_load_progressive(const CapSeries *series,
                            const CapSeriesOptions *options,
                            const CapProgress *progress,
                            CapSeriesSliceFunc on_slice, gpointer user_data,
                            GError **error)
{
  const CapSeriesOptions o = options ? *options : cap_series_options_default();
  Listener listener = {series, NULL, progress, on_slice, user_data};
  if (series->plan == NULL)
    return load_volume_file(series, &listener, error);

  g_autofree char *why = NULL;
  const unsigned usable = cap_series_usable(series, o.assume_hu, &why);
  if (!check_usable(series, usable, error))
    return NULL;
  g_autoptr(CapVolume) volume = new_volume(series, error);
  if (volume == NULL || (o.strict && !check_strict(volume, error)))
    return NULL;
  listener.volume = volume;
  volume->usable = usable;
  volume->source->unknown = cap_series_unknown(series, o.assume_hu);
  copy_text(&volume->source->unusable_text, why ? why : "");
  const gboolean ok =
      series->plan->kind == CAP_STACK_RESAMPLED
          ? load_resampled(series, volume, o.jobs, &listener, error)
          : load_straight(series, volume, o.jobs, &listener, error);
  if (!ok || !check_any_slice(volume, error) ||
      (o.strict && !check_strict(volume, error)))
    return NULL;
  finish_volume(volume, series);
  return g_steal_pointer(&volume);
}

CapVolume *
cap_series_load(const CapSeries *series, const CapSeriesOptions *options,
                const CapProgress *progress, GError **error)
{
  return cap_series_load_progressive(series, options, progress, NULL, NULL,
                                     error);
}
