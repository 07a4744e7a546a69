/* JPEG 2000: see j2k.h. */
#include "io/dicom/j2k.h"

#include "core/language.h"

#include <openjpeg.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  gsize n, at;
} Input;

static OPJ_SIZE_T
read_input(void *buffer, OPJ_SIZE_T n, void *data)
{
  Input *in = data;
  const gsize got = MIN(n, in->n - in->at);
  if (got == 0)
    return (OPJ_SIZE_T)-1;
  memcpy(buffer, in->bytes + in->at, got);
  in->at += got;
  return got;
}

static OPJ_OFF_T
skip_input(OPJ_OFF_T n, void *data)
{
  Input *in = data;
  if (n < 0 || (gsize)n > in->n - in->at)
    return -1;
  in->at += n;
  return n;
}

static OPJ_BOOL
seek_input(OPJ_OFF_T to, void *data)
{
  Input *in = data;
  if (to < 0 || (gsize)to > in->n)
    return OPJ_FALSE;
  in->at = to;
  return OPJ_TRUE;
}

static opj_stream_t *
open_stream(Input *in)
{
  opj_stream_t *stream = opj_stream_default_create(OPJ_TRUE);
  if (stream == NULL)
    return NULL;
  opj_stream_set_user_data(stream, in, NULL);
  opj_stream_set_user_data_length(stream, in->n);
  opj_stream_set_read_function(stream, read_input);
  opj_stream_set_skip_function(stream, skip_input);
  opj_stream_set_seek_function(stream, seek_input);
  return stream;
}

/* The size is checked after the header, before OpenJPEG allocates by it. */
static gboolean
check_header(const opj_image_t *image, int rows, int columns, char **why)
{
  const opj_image_comp_t *c = image->numcomps > 0 ? image->comps : NULL;
  if (c != NULL && image->numcomps == 1 && c->w == (OPJ_UINT32)columns &&
      c->h == (OPJ_UINT32)rows && c->prec <= 31)
    return TRUE;
  *why = g_strdup_printf(
      N_("its JPEG 2000 image is %u x %u with %u components, not %d x %d grey"),
      c ? c->w : 0, c ? c->h : 0, image->numcomps, columns, rows);
  return FALSE;
}

gboolean
cap_j2k_decode(const uint8_t *bytes, gsize n_bytes, int rows, int columns,
               int32_t *values, char **why)
{
  static const uint8_t jp2_signature[] = {0, 0, 0, 12, 'j', 'P', ' ', ' '};
  const gboolean jp2 = n_bytes > sizeof jp2_signature &&
                       memcmp(bytes, jp2_signature, sizeof jp2_signature) == 0;
  Input in = {bytes, n_bytes, 0};
  opj_dparameters_t parameters;
  opj_image_t *image = NULL;
  gboolean ok = FALSE;
  opj_set_default_decoder_parameters(&parameters);
  opj_codec_t *codec =
      opj_create_decompress(jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
  opj_stream_t *stream = open_stream(&in);
  if (codec != NULL && stream != NULL &&
      opj_setup_decoder(codec, &parameters) &&
      opj_read_header(stream, codec, &image) &&
      check_header(image, rows, columns, why)) {
    ok = opj_decode(codec, stream, image) &&
         opj_end_decompress(codec, stream) && image->comps[0].data != NULL &&
         image->comps[0].w == (OPJ_UINT32)columns &&
         image->comps[0].h == (OPJ_UINT32)rows;
    if (ok)
      memcpy(values, image->comps[0].data,
             (gsize)rows * columns * sizeof *values);
  }
  if (!ok && *why == NULL)
    *why = g_strdup(N_("its JPEG 2000 data is damaged"));
  if (image != NULL)
    opj_image_destroy(image);
  if (stream != NULL)
    opj_stream_destroy(stream);
  if (codec != NULL)
    opj_destroy_codec(codec);
  return ok;
}
