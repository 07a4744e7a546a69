/* Logistic regression: see logistic.h. */
#include "core/stats/logistic.h"

#include <math.h>

static void
standardise(CapLogistic *m, const float *x, int n)
{
  for (int j = 0; j < m->n_features; j++) {
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++)
      sum += x[(gsize)i * m->n_features + j];
    m->mean[j] = sum / n;
    for (int i = 0; i < n; i++) {
      const double d = x[(gsize)i * m->n_features + j] - m->mean[j];
      squares += d * d;
    }
    const double sd = sqrt(squares / n);
    m->scale[j] = sd > 1e-9 ? 1 / sd : 0; /* constants say nothing */
  }
}

/* Solves A x = B in place by Cholesky (A symmetric positive definite, N x N,
 * lower triangle used and overwritten); B becomes x. */
static void
solve(double *a, double *b, int n)
{
  for (int j = 0; j < n; j++) {
    for (int k = 0; k < j; k++)
      for (int i = j; i < n; i++)
        a[i * n + j] -= a[i * n + k] * a[j * n + k];
    const double root = sqrt(fmax(a[j * n + j], 1e-12));
    for (int i = j; i < n; i++)
      a[i * n + j] /= root;
  }
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < i; k++)
      b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (int i = n - 1; i >= 0; i--) {
    for (int k = i + 1; k < n; k++)
      b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
}

/* One Newton step over all rows; returns the largest change. */
static double
step(CapLogistic *m, const float *x, const guint8 *y, int n, double penalty)
{
  const int d = m->n_features + 1; /* bias last */
  g_autofree double *a = g_new0(double, (gsize)d * d);
  g_autofree double *g = g_new0(double, d);
  g_autofree double *z = g_new(double, d);
  for (int i = 0; i < n; i++) {
    const float *row = x + (gsize)i * m->n_features;
    const double p = 1 / (1 + exp(-cap_logistic_score(m, row)));
    for (int j = 0; j < d - 1; j++)
      z[j] = (row[j] - m->mean[j]) * m->scale[j];
    z[d - 1] = 1;
    const double w = fmax(p * (1 - p), 1e-6), residual = y[i] - p;
    for (int j = 0; j < d; j++) {
      g[j] += residual * z[j];
      for (int k = 0; k <= j; k++)
        a[j * d + k] += w * z[j] * z[k];
    }
  }
  for (int j = 0; j < d - 1; j++) {
    g[j] -= penalty * n * m->weight[j];
    a[j * d + j] += penalty * n;
  }
  a[(d - 1) * d + d - 1] += 1e-9;
  solve(a, g, d);
  double largest = 0;
  for (int j = 0; j < d - 1; j++) {
    m->weight[j] += g[j];
    largest = fmax(largest, fabs(g[j]));
  }
  m->bias += g[d - 1];
  return fmax(largest, fabs(g[d - 1]));
}

CapLogistic *
cap_logistic_fit(const float *features, const guint8 *labels, int n,
                 int n_features, double penalty)
{
  g_return_val_if_fail(n > 0 && n_features > 0 && penalty > 0, NULL);
  CapLogistic *m = g_new0(CapLogistic, 1);
  m->n_features = n_features;
  m->mean = g_new0(double, n_features);
  m->scale = g_new0(double, n_features);
  m->weight = g_new0(double, n_features);
  standardise(m, features, n);
  for (int i = 0; i < 20; i++)
    if (step(m, features, labels, n, penalty) < 1e-6)
      break;
  return m;
}

double
cap_logistic_score(const CapLogistic *m, const float *row)
{
  double sum = m->bias;
  for (int j = 0; j < m->n_features; j++)
    sum += m->weight[j] * (row[j] - m->mean[j]) * m->scale[j];
  return sum;
}

void
cap_logistic_free(CapLogistic *m)
{
  if (m == NULL)
    return;
  g_free(m->mean);
  g_free(m->scale);
  g_free(m->weight);
  g_free(m);
}
