/* What becomes of one element: the profile's row, the options asked for, and
 * for attributes without a row what their VR says. */
#pragma once

#include "io/anonymize/identity.h"
#include "io/anonymize/mapping.h"
#include "io/anonymize/profile.h"
#include "io/anonymize/pseudonyms.h"

typedef enum {
  CAP_DONE_KEPT,
  CAP_DONE_EMPTY, /* it was before */
  CAP_DONE_REMOVED,
  CAP_DONE_EMPTIED,
  CAP_DONE_REPLACED, /* by a dummy or a pseudonym */
  CAP_DONE_UID,      /* by another UID */
  CAP_DONE_SHIFTED,  /* the date, the time of day is as it was */
  CAP_DONE_CLEANED,  /* only words that are known to be harmless are left */
  CAP_DONE_NAMED,    /* it held a name or number of somebody: replaced */
  CAP_DONE_N,
} CapDone;

/* "removed"; static. */
const char *cap_done_name(CapDone done);

/* What the rules need to know of the object at hand. */
typedef struct {
  unsigned options; /* of CapProfileOption; those that are asked for */
  const CapPseudonyms *pseudonyms;
  const CapIdentity *identity;
  CapMapping *mapping;                   /* or NULL */
  const char *patient_id, *patient_name; /* pseudonyms */
  int shift_days;                        /* with CAP_PROFILE_DATES */
  gboolean plain_image;                  /* cap_rules_is_plain_image */
} CapRules;

/* SOP_CLASS is an image whose IOD has every attribute that the table leaves a
 * choice for as type 3, or 2 where Z is one (PS3.3 A.2, A.3, A.4, A.8.1): X and
 * Z are chosen. In other objects it is the value that every IOD allows. */
gboolean cap_rules_is_plain_image(const char *sop_class);

/* Decides about ELEMENT; *VALUE is what SET or CODE puts there. *DONE says it
 * in words of the log. */
CapDcmtkAction cap_rules_decide(const CapRules *rules,
                                const CapDcmtkElement *element, char **value,
                                CapDone *done);
