/* Prescan: see dicom_prescan.h. Element structure: DICOM PS3.5 section 7. */
#include "io/dicom/dicom_prescan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define WINDOW_BYTES (16 << 10)
#define UNDEFINED_LENGTH 0xffffffffu
#define MAX_INFLATED_BYTES (512u << 20)
/* A cut header ends inside a value of ordinary size; a length above this that
 * does not fit is a wrong length. */
#define PLAUSIBLE_VALUE_BYTES (1u << 20)

#define TAG(group, element) ((uint32_t)(group) << 16 | (element))
#define TAG_PIXEL_DATA TAG(0x7fe0, 0x0010)
#define TAG_ITEM TAG(0xfffe, 0xe000)
#define TAG_ITEM_END TAG(0xfffe, 0xe00d)
#define TAG_SEQUENCE_END TAG(0xfffe, 0xe0dd)

/* Random access to a file through a small window, or to a block of memory. */
typedef struct {
  int fd; /* −1: memory only */
  const uint8_t *window;
  guint64 start, size; /* of the window; of everything */
  gsize filled;
  uint8_t buffer[WINDOW_BYTES];
} Reader;

static const uint8_t *
peek(Reader *r, guint64 at, gsize n)
{
  if (at > r->size || n > r->size - at)
    return NULL;
  if (at >= r->start && at + n <= r->start + r->filled)
    return r->window + (at - r->start);
  if (r->fd < 0 || n > WINDOW_BYTES)
    return NULL;
  const gssize got =
      pread(r->fd, r->buffer, MIN(r->size - at, WINDOW_BYTES), at);
  r->window = r->buffer;
  r->start = at;
  r->filled = MAX(got, 0);
  return r->filled >= n ? r->window : NULL;
}

/* ---- elements ---- */

typedef struct {
  uint32_t tag, length;
  gboolean is_sequence, is_unknown;
  guint64 value; /* offset of the value */
} Element;

typedef struct {
  Reader *reader;
  gboolean implicit, big_endian;
  CapPrescan *out;
} Walk;

static guint
get16(const uint8_t *b, gboolean big)
{
  return big ? b[0] << 8 | b[1] : b[1] << 8 | b[0];
}

static uint32_t
get32(const uint8_t *b, gboolean big)
{
  return big ? (uint32_t)get16(b, big) << 16 | get16(b + 2, big)
             : (uint32_t)get16(b + 2, big) << 16 | get16(b, big);
}

/* VRs with two reserved bytes and a 32-bit length (PS3.5 table 7.1-1), and any
 * two capital letters we do not know: future VRs must be coded that way. */
static gboolean
has_long_length(const uint8_t *vr)
{
  static const char short_vrs[] = "AEASATCSDADSDTFLFDISLOLTPNSHSLSSSTTMUIULUS";
  if (!g_ascii_isupper(vr[0]) || !g_ascii_isupper(vr[1]))
    return FALSE;
  for (const char *s = short_vrs; *s != '\0'; s += 2)
    if (vr[0] == s[0] && vr[1] == s[1])
      return FALSE;
  return TRUE;
}

/* The header at AT; FALSE when the file ends inside it. */
static gboolean
read_element(const Walk *w, guint64 at, Element *e)
{
  const gboolean big = w->big_endian;
  const uint8_t *b = peek(w->reader, at, 8);
  if (b == NULL)
    return FALSE;
  *e = (Element){.tag = TAG(get16(b, big), get16(b + 2, big))};
  e->length = get32(b + 4, big);
  e->value = at + 8;
  if (w->implicit || e->tag >> 16 == 0xfffe) {
    e->is_unknown = w->implicit;
    return TRUE;
  }
  e->is_sequence = b[4] == 'S' && b[5] == 'Q';
  e->is_unknown = b[4] == 'U' && b[5] == 'N';
  if (!has_long_length(b + 4)) {
    e->length = get16(b + 6, big);
    return TRUE;
  }
  b = peek(w->reader, at, 12);
  if (b == NULL)
    return FALSE;
  e->length = get32(b + 8, big);
  e->value = at + 12;
  return TRUE;
}

static gboolean
stop(const Walk *w, CapPrescanStatus status)
{
  w->out->status = status;
  return FALSE;
}

static gboolean walk_dataset(const Walk *w, guint64 *at, guint64 end,
                             gboolean in_item, int depth);

/* Items from *AT to END, or to the sequence's end mark when END is the file's
 * end. */
static gboolean
walk_sequence(const Walk *w, guint64 *at, guint64 end, gboolean undefined,
              int depth)
{
  if (depth > CAP_PRESCAN_MAX_DEPTH)
    return stop(w, CAP_PRESCAN_TOO_DEEP);
  while (undefined || *at < end) {
    Element item;
    if (!read_element(w, *at, &item))
      return stop(w, CAP_PRESCAN_HEADER_CUT);
    *at = item.value;
    if (item.tag == TAG_SEQUENCE_END)
      return TRUE;
    if (item.tag != TAG_ITEM) {
      /* Not what a sequence holds; the library skips or refuses it. */
      *at = undefined ? item.value + item.length : end;
      if (*at > w->reader->size)
        return stop(w, CAP_PRESCAN_HEADER_CUT);
      continue;
    }
    const gboolean open = item.length == UNDEFINED_LENGTH;
    if (!open && item.length > end - *at)
      return stop(w, item.length > PLAUSIBLE_VALUE_BYTES
                         ? CAP_PRESCAN_LENGTH_BEYOND
                         : CAP_PRESCAN_HEADER_CUT);
    if (!walk_dataset(w, at, open ? end : *at + item.length, open, depth))
      return FALSE;
  }
  return TRUE;
}

/* Fragments of an encapsulated value (PS3.5 annex A.4). */
static void
walk_fragments(const Walk *w, guint64 at)
{
  CapPrescan *out = w->out;
  const Walk plain = {w->reader, FALSE, w->big_endian, out};
  out->encapsulated = TRUE;
  for (;;) {
    Element fragment;
    if (!read_element(&plain, at, &fragment)) {
      out->pixels_cut = TRUE;
      return;
    }
    if (fragment.tag != TAG_ITEM) {
      out->pixels_cut = fragment.tag != TAG_SEQUENCE_END;
      out->pixel_end = fragment.value;
      return;
    }
    if (fragment.length > w->reader->size - fragment.value) {
      out->pixels_cut = TRUE;
      return;
    }
    out->pixel_length += fragment.length;
    at = fragment.value + fragment.length;
  }
}

static void
keep_uid(const Walk *w, const Element *e, char uid[65])
{
  const gsize n = MIN(e->length, 64u);
  const uint8_t *b = peek(w->reader, e->value, n);
  if (b == NULL)
    return;
  memcpy(uid, b, n);
  uid[n] = '\0';
  g_strstrip(uid);
}

static gboolean
starts_with_item(const Walk *w, const Element *e, gboolean big)
{
  const uint8_t *b = e->length >= 8 ? peek(w->reader, e->value, 8) : NULL;
  return b != NULL && TAG(get16(b, big), get16(b + 2, big)) == TAG_ITEM;
}

/* One element's value; *AT moves behind it. */
static gboolean
walk_value(const Walk *w, const Element *e, guint64 *at, guint64 end, int depth)
{
  *at = e->value;
  if (e->length == UNDEFINED_LENGTH) {
    Walk inner = *w;
    inner.implicit = w->implicit || e->is_unknown; /* PS3.5 6.2.2 note 3 */
    return walk_sequence(&inner, at, end, TRUE, depth + 1);
  }
  if (e->length > end - e->value)
    return stop(w, e->length > PLAUSIBLE_VALUE_BYTES ? CAP_PRESCAN_LENGTH_BEYOND
                                                     : CAP_PRESCAN_HEADER_CUT);
  /* Without a VR a sequence shows only by its first item. */
  if (e->is_sequence ||
      (e->is_unknown && starts_with_item(w, e, w->big_endian))) {
    Walk inner = *w;
    inner.implicit = w->implicit || e->is_unknown;
    return walk_sequence(&inner, at, e->value + e->length, FALSE, depth + 1);
  }
  *at = e->value + e->length;
  return TRUE;
}

static gboolean
note_pixels(const Walk *w, const Element *e, guint64 start)
{
  CapPrescan *out = w->out;
  out->has_pixels = TRUE;
  out->pixel_start = start;
  if (e->length == UNDEFINED_LENGTH) {
    walk_fragments(w, e->value);
    return TRUE;
  }
  out->pixel_offset = e->value;
  out->pixel_length = e->length;
  if (e->length >= 0xffffff00u)
    return stop(w, CAP_PRESCAN_LENGTH_BEYOND);
  out->pixels_cut = e->length > w->reader->size - e->value;
  out->pixel_end = MIN(e->value + e->length, w->reader->size);
  return TRUE;
}

static gboolean
walk_dataset(const Walk *w, guint64 *at, guint64 end, gboolean in_open_item,
             int depth)
{
  while (*at < end) {
    Element e;
    if (!read_element(w, *at, &e))
      return stop(w, CAP_PRESCAN_HEADER_CUT);
    if (in_open_item && e.tag == TAG_ITEM_END) {
      *at = e.value;
      return TRUE;
    }
    if (depth == 0 && e.tag == TAG_PIXEL_DATA)
      return note_pixels(w, &e, *at); /* whatever follows is never parsed */
    if (depth == 0 && e.tag == TAG(0x0020, 0x000e))
      keep_uid(w, &e, w->out->series_uid);
    if (!walk_value(w, &e, at, end, depth))
      return FALSE;
  }
  return in_open_item ? stop(w, CAP_PRESCAN_HEADER_CUT) : TRUE;
}

/* ---- files ---- */

/* The meta header (PS3.10 section 7.1, always explicit little endian). */
static gboolean
walk_meta(Reader *reader, guint64 *at, CapPrescan *out)
{
  const Walk w = {reader, FALSE, FALSE, out};
  Element e;
  while (read_element(&w, *at, &e) && e.tag >> 16 == 0x0002) {
    if (e.length > reader->size - e.value)
      return stop(&w, e.length > PLAUSIBLE_VALUE_BYTES
                          ? CAP_PRESCAN_LENGTH_BEYOND
                          : CAP_PRESCAN_HEADER_CUT);
    if (e.tag == TAG(0x0002, 0x0010))
      keep_uid(&w, &e, out->transfer_syntax);
    *at = e.value + e.length;
  }
  if (*at >= reader->size)
    return stop(&w, CAP_PRESCAN_HEADER_CUT);
  return TRUE;
}

static gboolean
looks_explicit(const uint8_t *b)
{
  return g_ascii_isupper(b[4]) && g_ascii_isupper(b[5]);
}

/* A bare data set: four elements in ascending order from group 8 (or 2), all
 * inside the file. Text and pictures do not pass that. */
static gboolean
looks_bare(Reader *reader)
{
  const uint8_t *b = peek(reader, 0, 8);
  if (b == NULL || (get16(b, FALSE) != 0x0008 && get16(b, FALSE) != 0x0002))
    return FALSE;
  const Walk w = {reader, !looks_explicit(b), FALSE, NULL};
  uint32_t last = 0;
  guint64 at = 0;
  for (int i = 0; i < 4; i++) {
    Element e;
    if (!read_element(&w, at, &e) || e.tag <= last || e.tag >> 16 > 0x0020 ||
        e.length > reader->size - e.value)
      return FALSE;
    last = e.tag;
    at = e.value + e.length;
  }
  return TRUE;
}

/* Deflated data sets (PS3.5 A.5) are looked at in memory. Returns; NULL when
 * they are damaged or larger than the limit. */
static uint8_t *
inflate_rest(Reader *reader, guint64 at, gsize *n_out)
{
  z_stream stream = {0};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return NULL;
  gsize room = 1 << 20, used = 0;
  uint8_t *out = g_try_malloc(room);
  int status = Z_OK;
  while (out != NULL && status == Z_OK) {
    const gsize n = MIN(reader->size - at, (guint64)WINDOW_BYTES);
    const uint8_t *in = n > 0 ? peek(reader, at, n) : NULL;
    if (in == NULL)
      break;
    stream.next_in = (uint8_t *)in;
    stream.avail_in = n;
    at += n;
    do {
      if (used == room) {
        uint8_t *more =
            room < MAX_INFLATED_BYTES ? g_try_realloc(out, room * 2) : NULL;
        if (more == NULL) {
          status = Z_MEM_ERROR;
          break;
        }
        out = more;
        room *= 2;
      }
      stream.next_out = out + used;
      stream.avail_out = room - used;
      status = inflate(&stream, Z_NO_FLUSH);
      used = room - stream.avail_out;
    } while (status == Z_OK && stream.avail_out == 0);
  }
  inflateEnd(&stream);
  *n_out = used;
  if (status != Z_MEM_ERROR && used > 0)
    return out;
  g_free(out);
  return NULL;
}

static void
walk_body(Reader *reader, guint64 at, CapPrescan *out)
{
  const char *syntax = out->transfer_syntax;
  const uint8_t *b = peek(reader, at, 8);
  Walk w = {reader, FALSE, FALSE, out};
  if (b == NULL) {
    stop(&w, CAP_PRESCAN_HEADER_CUT);
    return;
  }
  out->big_endian = w.big_endian = g_str_equal(syntax, "1.2.840.10008.1.2.2");
  /* Believe the bytes: some writers name one syntax and use the other. */
  out->implicit = w.implicit = !looks_explicit(b);
  walk_dataset(&w, &at, reader->size, FALSE, 0);
}

/* Preamble and meta header; *AT is where the data set begins. */
static gboolean
find_body(Reader *reader, guint64 *at, CapPrescan *out)
{
  const uint8_t *b = peek(reader, 0, 132);
  out->file_size = reader->size;
  *at = 132;
  if (b == NULL || memcmp(b + 128, "DICM", 4) != 0) {
    if (!looks_bare(reader)) {
      out->status = CAP_PRESCAN_NOT_DICOM;
      return FALSE;
    }
    out->no_preamble = TRUE;
    *at = 0;
  }
  if (!walk_meta(reader, at, out))
    return FALSE;
  out->deflated =
      g_str_has_prefix(out->transfer_syntax, "1.2.840.10008.1.2.1.99");
  return TRUE;
}

static void
walk_file(Reader *reader, CapPrescan *out)
{
  guint64 at;
  if (!find_body(reader, &at, out))
    return;
  if (!out->deflated) {
    walk_body(reader, at, out);
    return;
  }
  gsize n = 0;
  g_autofree uint8_t *inflated = inflate_rest(reader, at, &n);
  g_autofree Reader *inner = g_new(Reader, 1);
  if (inflated == NULL) {
    out->status = CAP_PRESCAN_HEADER_CUT;
    return;
  }
  inner->fd = -1;
  inner->window = inflated;
  inner->start = 0;
  inner->size = inner->filled = n;
  walk_body(inner, 0, out);
}

/* Opens PATH, a regular file large enough; −1 with the status otherwise. */
static int
open_reader(const char *path, Reader *reader, CapPrescan *prescan)
{
  *prescan = (CapPrescan){.status = CAP_PRESCAN_NOT_DICOM};
  struct stat about;
  /* Non-blocking, so that a FIFO does not hang us. */
  const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat(fd, &about) != 0) {
    prescan->status = CAP_PRESCAN_UNREADABLE;
  } else if (S_ISREG(about.st_mode) && about.st_size >= 132) {
    prescan->status = CAP_PRESCAN_OK;
    reader->fd = fd;
    reader->window = reader->buffer;
    reader->start = reader->filled = 0;
    reader->size = about.st_size;
    return fd;
  }
  if (fd >= 0)
    close(fd);
  return -1;
}

void
cap_prescan_file(const char *path, CapPrescan *prescan)
{
  Reader reader;
  const int fd = open_reader(path, &reader, prescan);
  if (fd < 0)
    return;
  walk_file(&reader, prescan);
  close(fd);
}

GBytes *
cap_prescan_inflate(const char *path)
{
  Reader reader;
  CapPrescan prescan;
  const int fd = open_reader(path, &reader, &prescan);
  guint64 at = 0;
  gsize n = 0;
  uint8_t *inflated = NULL;
  if (fd < 0)
    return NULL;
  if (find_body(&reader, &at, &prescan) && prescan.deflated)
    inflated = inflate_rest(&reader, at, &n);
  close(fd);
  return inflated != NULL ? g_bytes_new_take(inflated, n) : NULL;
}

void
cap_prescan_bytes(const uint8_t *bytes, gsize n_bytes, CapPrescan *prescan)
{
  *prescan = (CapPrescan){.status = CAP_PRESCAN_OK};
  g_autofree Reader *reader = g_new(Reader, 1);
  reader->fd = -1;
  reader->window = bytes;
  reader->start = 0;
  reader->size = reader->filled = n_bytes;
  walk_file(reader, prescan);
}
