/* DCMTK shim for compressed pixels: see dcmtk_pixels.h. */
#include "core/language.h"
#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmdata/dcpixel.h"
#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dcrledrg.h"
#include "dcmtk/dcmdata/dctk.h"
#include "dcmtk/dcmjpeg/djdecode.h"
#include "dcmtk/dcmjpls/djdecode.h"

#include "io/dcmtk_pixels.h"
#include "io/dcmtk_set_up.hpp"

#include <cstring>
#include <new>

struct CapDcmtkPixels {
  DcmFileFormat format;
  DcmPixelData *data = NULL;
  DcmPixelSequence *sequence = NULL; /* NULL for native pixels */
  Sint32 n_frames = 1;
};

namespace
{

void
register_codecs()
{
  static const bool once = [] {
    cap_dcmtk_set_up();
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs(EDC_never);
    DJLSDecoderRegistration::registerCodecs();
    return true;
  }();
  (void)once;
}

Uint8 *
fragment_bytes(DcmPixelSequence *sequence, unsigned long i, Uint32 *n)
{
  DcmPixelItem *item = NULL;
  Uint8 *bytes = NULL;
  if (sequence->getItem(item, i).bad() || item == NULL ||
      item->getUint8Array(bytes).bad())
    return NULL;
  *n = item->getLength();
  return bytes;
}

/* First fragment of FRAME (item 0 is the offset table). With one fragment a
 * frame it is a number; with several, every JPEG or JPEG-LS frame begins with a
 * start-of-image marker (ISO 10918-1 B.1.1.3) and every JPEG 2000 codestream
 * with start-of-codestream, size (ISO 15444-1 A.4). */
bool
first_fragment(CapDcmtkPixels *p, int frame, Uint32 *first)
{
  const unsigned long n = p->sequence->card();
  if (n == 0)
    return false;
  if (p->n_frames == 1) {
    *first = 1;
    return n > 1;
  }
  if (n - 1 == (unsigned long)p->n_frames) {
    *first = frame + 1;
    return true;
  }
  int seen = -1;
  for (unsigned long i = 1; i < n; i++) {
    Uint32 length = 0;
    const Uint8 *b = fragment_bytes(p->sequence, i, &length);
    const bool starts = b != NULL && length > 3 && b[0] == 0xff &&
                        (b[1] == 0xd8 || (b[1] == 0x4f && b[2] == 0xff));
    seen += starts;
    if (starts && seen == frame) {
      *first = i;
      return true;
    }
  }
  return false;
}

void
say(char **why, const char *text)
{
  *why = g_strdup(text);
}

} // namespace

extern "C" CapDcmtkPixels *
cap_dcmtk_pixels_open(const char *path, char **why)
{
  CapDcmtkPixels *p = NULL;
  try {
    register_codecs();
    p = new CapDcmtkPixels;
    /* Nothing behind the pixels is of use, or has been checked. */
    OFCondition status =
        p->format.loadFileUntilTag(path, EXS_Unknown, EGL_noChange, 4096,
                                   ERM_autoDetect, DcmTagKey(0x7fe0, 0x0011));
    DcmElement *element = NULL;
    DcmDataset *dataset = p->format.getDataset();
    if (status.good())
      status = dataset->findAndGetElement(DCM_PixelData, element);
    p->data = dynamic_cast<DcmPixelData *>(element);
    if (p->data != NULL) {
      E_TransferSyntax syntax = EXS_Unknown;
      const DcmRepresentationParameter *parameter = NULL;
      p->data->getOriginalRepresentationKey(syntax, parameter);
      if (DcmXfer(syntax).isEncapsulated())
        p->data->getEncapsulatedRepresentation(syntax, parameter, p->sequence);
      if (dataset->findAndGetSint32(DCM_NumberOfFrames, p->n_frames).bad() ||
          p->n_frames < 1)
        p->n_frames = 1;
      return p;
    }
    say(why, status.bad() ? status.text() : N_("no pixel data"));
  } catch (const std::bad_alloc &) {
    say(why, N_("not enough memory"));
  } catch (...) {
    say(why, N_("DCMTK failed on it"));
  }
  cap_dcmtk_pixels_close(p);
  return NULL;
}

extern "C" void
cap_dcmtk_pixels_close(CapDcmtkPixels *p)
{
  try {
    delete p;
  } catch (...) {
  }
}

extern "C" gsize
cap_dcmtk_pixels_frame_bytes(CapDcmtkPixels *p)
{
  try {
    Uint32 n = 0;
    if (p->data->getUncompressedFrameSize(p->format.getDataset(), n).bad())
      return 0;
    return n;
  } catch (...) {
    return 0;
  }
}

extern "C" gboolean
cap_dcmtk_pixels_decode(CapDcmtkPixels *p, int frame, uint8_t *buffer,
                        gsize n_bytes, char **why)
{
  try {
    Uint32 first = 0;
    OFString color;
    if (p->sequence != NULL && !first_fragment(p, frame, &first)) {
      say(why, N_("its fragments cannot be told apart by frame"));
      return FALSE;
    }
    const OFCondition status = p->data->getUncompressedFrame(
        p->format.getDataset(), frame, first, buffer, (Uint32)n_bytes, color);
    if (status.good())
      return TRUE;
    say(why, status.text());
  } catch (const std::bad_alloc &) {
    say(why, N_("not enough memory"));
  } catch (...) {
    say(why, N_("DCMTK failed on it"));
  }
  return FALSE;
}

extern "C" uint8_t *
cap_dcmtk_pixels_codestream(CapDcmtkPixels *p, int frame, gsize *n_bytes,
                            char **why)
{
  try {
    Uint32 first = 0, next = 0;
    if (p->sequence == NULL || !first_fragment(p, frame, &first)) {
      say(why, N_("its fragments cannot be told apart by frame"));
      return NULL;
    }
    if (frame + 1 >= p->n_frames || !first_fragment(p, frame + 1, &next))
      next = (Uint32)p->sequence->card();
    GByteArray *joined = g_byte_array_new();
    for (Uint32 i = first; i < next; i++) {
      Uint32 n = 0;
      const Uint8 *b = fragment_bytes(p->sequence, i, &n);
      if (b != NULL)
        g_byte_array_append(joined, b, n);
    }
    *n_bytes = joined->len;
    return g_byte_array_free(joined, FALSE);
  } catch (const std::bad_alloc &) {
    say(why, N_("not enough memory"));
  } catch (...) {
    say(why, N_("DCMTK failed on it"));
  }
  return NULL;
}
