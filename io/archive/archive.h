/* Archives (PACS): what is there, fetch it, send to it. One interface, whatever
 * the archive speaks: DICOMweb (dicomweb.c) or DIMSE (dimse.c).
 *
 * An archive belongs to one thread. Everything that comes from it is text of a
 * stranger: lengths and numbers are bounded, and no name of a file is made of
 * it. */
#pragma once

#include "core/progress.h"
#include "io/archive/archive_settings.h"

typedef struct CapArchive CapArchive;

/* SETTINGS is borrowed and must outlive the archive. Returns; NULL with
 * CAP_ERROR_CONFIG (a certificate that cannot be read, …). Talks to nobody
 * yet. */
CapArchive *cap_archive_open(const CapArchiveSettings *settings,
                             GError **error);
void cap_archive_free(CapArchive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapArchive, cap_archive_free)

/* Errors of everything below: CAP_ERROR_UNREACHABLE (nobody there, or the
 * connection broke), CAP_ERROR_ACCESS (certificate or login), CAP_ERROR_ANSWER
 * (an answer that makes no sense), CAP_ERROR_LIMIT, CAP_ERROR_CANCELLED. */

/* Asks whether the archive is there and talks to us. */
gboolean cap_archive_echo(CapArchive *archive, const CapProgress *progress,
                          GError **error);

/* ---- find ---- */

/* A row's texts; the tags they come from are in archive.c. */
typedef enum {
  CAP_FIELD_PATIENT_ID,
  CAP_FIELD_PATIENT_NAME,
  CAP_FIELD_BIRTH_DATE,
  CAP_FIELD_SEX,
  CAP_FIELD_STUDY_UID,
  CAP_FIELD_STUDY_DATE,
  CAP_FIELD_STUDY_TIME,
  CAP_FIELD_ACCESSION,
  CAP_FIELD_STUDY_DESCRIPTION,
  CAP_FIELD_MODALITIES, /* of a study, joined by backslashes */
  CAP_FIELD_N_SERIES,
  CAP_FIELD_N_STUDY_INSTANCES,
  CAP_FIELD_SERIES_UID,
  CAP_FIELD_MODALITY,
  CAP_FIELD_SERIES_NUMBER,
  CAP_FIELD_SERIES_DESCRIPTION,
  CAP_FIELD_N_SERIES_INSTANCES,
  CAP_FIELD_SOP_CLASS,
  CAP_FIELD_SOP_UID,
  CAP_FIELD_N,
} CapArchiveField;

typedef enum {
  CAP_LEVEL_STUDY,
  CAP_LEVEL_SERIES,
  CAP_LEVEL_IMAGE,
} CapArchiveLevel;

typedef struct {
  guint32 tag;
  CapArchiveLevel level; /* the least at which an archive returns it */
  const char *key;       /* its name in our JSON */
} CapArchiveFieldInfo;

const CapArchiveFieldInfo *cap_archive_field(CapArchiveField field);

/* One match. Texts are UTF-8 without control characters, "" when unknown. */
typedef struct {
  char *text[CAP_FIELD_N];
} CapArchiveRow;

/* Every text "". Returns. */
CapArchiveRow *cap_archive_row_new(void);
void cap_archive_row_free(CapArchiveRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapArchiveRow, cap_archive_row_free)
/* UTF8 (any text) becomes the row's, cut to 1,024 bytes. */
void cap_archive_row_set(CapArchiveRow *row, CapArchiveField field,
                         const char *utf8);

typedef struct {
  CapArchiveLevel level;
  /* What has to match; NULL or "" for anything. "*" and "?" stand for any
   * characters, a study date may be a range as in 20240101-20240131. */
  const char *match[CAP_FIELD_N];
  int limit; /* rows at most; 0 for as many as there are */
  int offset;
  int page; /* rows asked for at once; 0 for the usual number */
} CapArchiveQuery;

/* No find returns more rows than this. */
#define CAP_ARCHIVE_MAX_ROWS 100000

/* CAP_ERROR_USAGE names what of QUERY is not a UID or not a date. */
gboolean cap_archive_query_check(const CapArchiveQuery *query, GError **error);

/* All that match QUERY, page by page, each once; of CapArchiveRow. Returns. */
GPtrArray *cap_archive_find(CapArchive *archive, const CapArchiveQuery *query,
                            const CapProgress *progress, GError **error);

/* ---- get ---- */

typedef struct {
  int expected, received, kept; /* instances; kept: there already */
  guint64 bytes;                /* received */
  char *folder;                 /* where they are: FOLDER when all are there,
                                   else FOLDER.incomplete */
  GPtrArray *problems;          /* of char *: what is missing and why */
} CapArchiveReceipt;

void cap_archive_receipt_clear(CapArchiveReceipt *receipt);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CapArchiveReceipt, cap_archive_receipt_clear)

/* Fetches study STUDY_UID, or its series SERIES_UID when that is not NULL, into
 * FOLDER (see received.h). What is there already is not fetched again; what
 * came before an error is kept for the next time. TRUE with problems in RECEIPT
 * (cleared by the caller in any case) when the archive did not deliver some.
 * Also CAP_ERROR_NO_INPUT (no such study), CAP_ERROR_OUTPUT, CAP_ERROR_WRITE.
 */
gboolean cap_archive_get(CapArchive *archive, const char *study_uid,
                         const char *series_uid, const char *folder,
                         CapArchiveReceipt *receipt,
                         const CapProgress *progress, GError **error);

/* ---- store ---- */

typedef enum {
  CAP_SEND_WAITING,  /* not sent, or lost on the way */
  CAP_SEND_STORED,   /* the archive says it has it */
  CAP_SEND_REFUSED,  /* the archive says it does not want it */
  CAP_SEND_UNUSABLE, /* not sent: not whole, or no identification */
} CapSendOutcome;

typedef struct {
  char *path, *sop_class, *sop_uid;
  char *transfer_syntax;
  guint64 n_bytes;
  CapSendOutcome outcome;
  char *reason; /* why not, or the archive's warning; NULL for none */
} CapSendItem;

/* The DICOM instances among the files at PATHS (of char *; folders with
 * everything below them). Files that are no DICOM are counted in *N_SKIPPED;
 * two files of one instance are one. Returns (of CapSendItem); NULL with
 * CAP_ERROR_NO_INPUT or CAP_ERROR_CANCELLED. */
GPtrArray *cap_send_list(const GPtrArray *paths, int *n_skipped,
                         const CapProgress *progress, GError **error);
void cap_send_item_free(CapSendItem *item);
void cap_send_settle(CapSendItem *item, CapSendOutcome outcome,
                     const char *reason);

/* Sends what of ITEMS is waiting and notes the outcome of each. Doing it again
 * is harmless: an archive that has an instance says so. FALSE when it stopped
 * before all were sent; what was confirmed until then is noted. */
gboolean cap_archive_store(CapArchive *archive, GPtrArray *items,
                           const CapProgress *progress, GError **error);
