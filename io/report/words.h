/* Reports in words: the sentences and labels that every format shares. Numbers
 * never depend on the locale. All strings are UTF-8; callers free them unless
 * they are static. */
#pragma once

#include "io/report/report.h"

#define CAP_WORDS_NOT_DIAGNOSTIC "Not for diagnostic use"

/* VALUE with DECIMALS places, "." as the point, never "-0.0". */
char *cap_words_number(double value, int decimals);
/* The level, from 1, that a rating comes to: the nearest to what is expected,
 * or for the two attributes whose levels are no scale (calcification, internal
 * structure) the likeliest. */
int cap_words_level(const CapRating *rating, CapAttributeKind kind);
/* "sharp (4.6 ± 0.5 of 5)"; of classes (cap_attribute_is_classes) the likeliest
 * with its probability, "solid 61 %". Caller frees. */
char *cap_words_rating(const CapRating *rating, CapAttributeKind kind);

/* "Right upper lobe", "Left lung", "Site not known". */
char *cap_words_site(const CapFinding *finding);
/* "Internal structure"; static. */
const char *cap_words_attribute(CapAttributeKind kind);
/* What LEVEL of it means, as LIDC-IDRI's readers were told: "spiculated",
 * "mostly solid", …; static. */
const char *cap_words_level_name(CapAttributeKind kind, int level);
/* "Ground-glass", with a capital letter; static. */
const char *cap_words_type(CapNoduleType type);
const char *cap_words_status(CapStatus status);

/* "91 (image 43)": a slice of the volume, from 0, and what its image is called
 * where that is known. Caller frees. */
char *cap_words_slice(const CapReport *report, int slice);
/* "Axial slice 120 of 261, z -123.5 mm, image 142, MIP of 10 mm, window 1500,
 * level -600": a slice that the reader marked, without his comment. */
char *cap_words_key_image(const CapReport *report,
                          const CapReviewImage *marked);

/* What the report is of: "Chest CT, computer-aided reading", without the CT
 * where the images are none; static. */
const char *cap_words_subtitle(const CapReport *report);
/* Sentences (of char *) that sum the report up: how many nodules were found or
 * why none could be, what was left out, what to know about the scan. Caller
 * unrefs. */
GPtrArray *cap_words_summary(const CapReport *report);
/* "25 November 2026, 01:30", in English whatever the locale. */
char *cap_words_moment(const CapReport *report);
/* DATE (YYYYMMDD) as 2026-11-25; "" unless it is one. */
char *cap_words_date(const char *date);
