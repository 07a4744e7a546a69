/* CapIdentity: the names and numbers that one object gives its patient, staff
 * and institutions, to be found again where nobody expects them. */
#pragma once

#include "io/dcmtk_walk.h"

typedef struct CapIdentity CapIdentity;

CapIdentity *cap_identity_new(void);
void cap_identity_free(CapIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CapIdentity, cap_identity_free)

/* Notes what ELEMENT says of who somebody is: every person's name (its parts of
 * three letters and more), and patients' numbers, accession numbers, addresses,
 * institutions of four letters and more. */
void cap_identity_collect(CapIdentity *identity,
                          const CapDcmtkElement *element);
/* TEXT has any of them as words of its own, in whatever case. */
gboolean cap_identity_is_in(const CapIdentity *identity, const char *text);
