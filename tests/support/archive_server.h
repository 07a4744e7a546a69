/* A DICOMweb archive of a few files for tests: SoupServer on 127.0.0.1 in a
 * thread of its own, with faults on demand. What is real is our client; this
 * end does what it is told. */
#pragma once

#include <glib.h>

typedef enum {
  CAP_FAULT_NONE,
  CAP_FAULT_LOGIN,        /* 401 without "reader:secret" */
  CAP_FAULT_FORBIDDEN,    /* 403 */
  CAP_FAULT_FAILS,        /* 500 */
  CAP_FAULT_BUSY,         /* 503 */
  CAP_FAULT_ELSEWHERE,    /* 302 to another host */
  CAP_FAULT_PAGE,         /* an HTML page */
  CAP_FAULT_NO_JSON,      /* says JSON, is none */
  CAP_FAULT_NO_PAGING,    /* ignores limit and offset */
  CAP_FAULT_SHORT_PAGES,  /* three rows at most, with a warning */
  CAP_FAULT_CUT,          /* body shorter than its Content-Length */
  CAP_FAULT_NO_END,       /* a multipart body without its end */
  CAP_FAULT_PART_LENGTH,  /* a part longer than it declares */
  CAP_FAULT_HEAD,         /* a part with an endless head */
  CAP_FAULT_NO_BOUNDARY,  /* no boundary in the Content-Type */
  CAP_FAULT_OTHERS,       /* instances nobody asked for come too, and names
                             of files */
  CAP_FAULT_DAMAGED,      /* instance 1 comes cut short, in a whole part */
  CAP_FAULT_LOST,         /* instance 1 is listed but 404 */
  CAP_FAULT_REFUSE_ONE,   /* store: the file with instance number 1 fails */
  CAP_FAULT_REFUSE_CHUNK, /* store: 400 for a request that has it */
  CAP_FAULT_SILENT,       /* store: the answer names nothing */
  CAP_FAULT_POST_CUT,     /* store: the connection breaks, nothing stored */
  CAP_FAULT_SLOW,         /* answers nothing for ever */
} CapServerFault;

typedef struct CapArchiveServer CapArchiveServer;

/* Serves the DICOM files in FOLDER (NULL: none). TLS with CERTIFICATE and KEY
 * (PEM files) unless they are NULL. Returns; aborts when it cannot listen. */
CapArchiveServer *cap_archive_server_new(const char *folder,
                                         const char *certificate,
                                         const char *key);
void cap_archive_server_free(CapArchiveServer *server);
/* From now on clients have to show a certificate signed by one in CA (a PEM
 * file with an absolute path). */
void cap_archive_server_ask(CapArchiveServer *server, const char *ca);
/* "http://127.0.0.1:PORT/dicom-web"; borrowed. */
const char *cap_archive_server_url(const CapArchiveServer *server);

/* FAULT for the next N requests (-1: all that follow) whose path contains PART
 * (NULL: any). */
void cap_archive_server_set_fault(CapArchiveServer *server,
                                  CapServerFault fault, int n,
                                  const char *part);
/* A fault by its name in small letters with "-"; -1 for none. */
int cap_archive_server_fault_named(const char *name);
/* Makes N studies without instances that searches find. */
void cap_archive_server_add_studies(CapArchiveServer *server, int n);

int cap_archive_server_n_requests(CapArchiveServer *server);
/* Instances stored, and how many bytes of them. */
int cap_archive_server_n_stored(CapArchiveServer *server);
