// The algorithms of engines/dynamics for one model, whose functions `rates` and `gates` are in the file named by MODEL:
// Kutta's method of order 4, Rush and Larsen's, and Dormand and Prince's pair 5(4) with the same control of its steps.
//
//   dynamics METHOD MEMBERS START END STEPS STEP RELATIVE_TOLERANCE VARIED   < initial states and parameters
//
// Members differ in the parameter number VARIED. Prints the seconds it took, the sum of what was written down and
// the steps taken.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include MODEL

static const int n = STATES;
typedef double Vector[STATES];

static void rungeKutta4(double t, double h, long count, double* y, const double* p) {
  Vector k1, k2, k3, k4, s;
  for (long c = 0; c < count; c++) {
    rates(t, y, p, k1);
    for (int i = 0; i < n; i++) s[i] = y[i] + h / 2 * k1[i];
    rates(t + h / 2, s, p, k2);
    for (int i = 0; i < n; i++) s[i] = y[i] + h / 2 * k2[i];
    rates(t + h / 2, s, p, k3);
    for (int i = 0; i < n; i++) s[i] = y[i] + h * k3[i];
    t += h;
    rates(t, s, p, k4);
    for (int i = 0; i < n; i++) y[i] += h / 6 * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
  }
}

static void rushLarsen(double t, double h, long count, double* y, const double* p) {
  double both[2 * STATES];
  for (long c = 0; c < count; c++) {
    gates(t, y, p, both);
    for (int i = 0; i < n; i++) {
      const double a = both[i];
      const double rate = a * y[i] + both[n + i];
      y[i] += (a == 0 ? h : std::expm1(a * h) / a) * rate;
    }
    t += h;
  }
}

struct DormandPrince {
  const double* p;
  double t, end, relative, next = 0, lastError = 1e-4, largestAll = 0;
  double* y;
  Vector k1, k2, k3, k4, k5, k6, k7, s, y1, largest;
  long steps = 0;

  double tolerance(int i, double size) const {
    return relative / 100 * largest[i] + 1e-20 * largestAll + relative * size;
  }

  void grow() {
    for (int i = 0; i < n; i++) largest[i] = std::max(largest[i], std::fabs(y[i])), largestAll = std::max(largestAll, largest[i]);
  }

  void begin() {
    std::fill(largest, largest + n, 0.0);
    rates(t, y, p, k1);
    grow();
    double states = 0, rate = 0;
    for (int i = 0; i < n; i++) {
      if (k1[i] == 0) continue;
      states = std::max(states, std::fabs(y[i]) / tolerance(i, std::fabs(y[i])));
      rate = std::max(rate, std::fabs(k1[i]) / tolerance(i, std::fabs(y[i])));
    }
    const double span = end - t;
    double size = states < 1e-5 || rate < 1e-5 ? 1e-6 * span : 0.01 * states / rate;
    size = std::min(size, span);
    for (int i = 0; i < n; i++) s[i] = y[i] + size * k1[i];
    rates(t + size, s, p, k2);
    double bend = 0;
    for (int i = 0; i < n; i++)
      if (k2[i] != k1[i]) bend = std::max(bend, std::fabs(k2[i] - k1[i]) / tolerance(i, std::fabs(y[i])));
    const double most = std::max(rate, bend / size);
    next = std::min(std::min(100 * size, most <= 1e-15 ? std::max(1e-6 * span, size * 1e-3) : std::pow(0.01 / most, 0.2)), span);
  }

  double attempt(double h) {
    for (int i = 0; i < n; i++) s[i] = y[i] + h * (1. / 5) * k1[i];
    rates(t + h / 5, s, p, k2);
    for (int i = 0; i < n; i++) s[i] = y[i] + h * (3. / 40 * k1[i] + 9. / 40 * k2[i]);
    rates(t + h * (3. / 10), s, p, k3);
    for (int i = 0; i < n; i++) s[i] = y[i] + h * (44. / 45 * k1[i] - 56. / 15 * k2[i] + 32. / 9 * k3[i]);
    rates(t + h * (4. / 5), s, p, k4);
    for (int i = 0; i < n; i++)
      s[i] = y[i] + h * (19372. / 6561 * k1[i] - 25360. / 2187 * k2[i] + 64448. / 6561 * k3[i] - 212. / 729 * k4[i]);
    rates(t + h * (8. / 9), s, p, k5);
    for (int i = 0; i < n; i++)
      s[i] = y[i] + h * (9017. / 3168 * k1[i] - 355. / 33 * k2[i] + 46732. / 5247 * k3[i] + 49. / 176 * k4[i] - 5103. / 18656 * k5[i]);
    rates(t + h, s, p, k6);
    for (int i = 0; i < n; i++)
      y1[i] = y[i] + h * (35. / 384 * k1[i] + 500. / 1113 * k3[i] + 125. / 192 * k4[i] - 2187. / 6784 * k5[i] + 11. / 84 * k6[i]);
    rates(t + h, y1, p, k7);
    double error = 0;
    for (int i = 0; i < n; i++) {
      const double e = std::fabs(h * (71. / 57600 * k1[i] - 71. / 16695 * k3[i] + 71. / 1920 * k4[i] - 17253. / 339200 * k5[i] +
                                      22. / 525 * k6[i] - 1. / 40 * k7[i]));
      const double ratio = e / tolerance(i, std::max(std::fabs(y[i]), std::fabs(y1[i])));
      if (!(ratio <= error)) error = ratio;
    }
    return error;
  }

  double stateAt(int i, double h, double theta) const {
    const double rest = 1 - theta, rise = y1[i] - y[i], bend = h * k1[i] - rise;
    const double last = h * (-12715105075. / 11282082432 * k1[i] + 87487479700. / 32700410799 * k3[i] -
                             10690763975. / 1880347072 * k4[i] + 701980252875. / 199316789632 * k5[i] -
                             1453857185. / 822651844 * k6[i] + 69997945. / 29380423 * k7[i]);
    return y[i] + theta * (rise + rest * (bend + theta * (rise - h * k7[i] - bend + rest * last)));
  }

  double run(double start, int rows, double length) {
    double sum = y[OBSERVED];
    int row = 1;
    begin();
    while (row <= rows) {
      const double left = end - t;
      double h = next;
      const bool lands = h >= left * (1 - 1e-9);
      if (lands) h = left;
      else if (h > left / 2) h = left / 2;
      const double error = attempt(h);
      if (!(error <= 1)) {
        next = h * std::max(0.1, 0.9 * std::pow(error, -0.2));
        continue;
      }
      const double factor = error == 0 ? 10 : 0.9 * std::pow(error, -0.17) * std::pow(lastError, 0.04);
      const double wanted = h * std::min(10., std::max(0.2, factor));
      next = lands ? std::max(wanted, std::min(next, 10 * h)) : wanted;
      lastError = std::max(error, 1e-4);
      const double after = lands ? end : t + h;
      for (; row <= rows && (row == rows ? lands : start + row * length <= after); row++)
        sum += stateAt(OBSERVED, h, row == rows ? 1 : (start + row * length - t) / h);
      std::memcpy(y, y1, sizeof y1);
      std::memcpy(k1, k7, sizeof k7);
      t = after;
      grow();
      steps++;
    }
    return sum;
  }
};

int main(int, char** argument) {
  const std::string method = argument[1];
  const long members = std::atol(argument[2]);
  const double start = std::atof(argument[3]), end = std::atof(argument[4]);
  const int rows = std::atoi(argument[5]);
  const double step = std::atof(argument[6]), relative = std::atof(argument[7]);
  const int varied = std::atoi(argument[8]);
  std::vector<double> initial(STATES), parameters(PARAMETERS);
  for (double& value : initial) if (std::scanf("%lf", &value) != 1) return 1;
  for (double& value : parameters) if (std::scanf("%lf", &value) != 1) return 1;

  const auto began = std::chrono::steady_clock::now();
  double sum = 0;
  long steps = 0;
  std::vector<double> p(parameters);
  for (long member = 0; member < members; member++) {
    Vector y;
    std::copy(initial.begin(), initial.end(), y);
    p[varied] = parameters[varied] * (1 + 0.1 * double(member) / double(members));
    const double length = (end - start) / rows;
    if (method == "dormand-prince") {
      DormandPrince solver;
      solver.p = p.data(), solver.t = start, solver.end = end, solver.relative = relative, solver.y = y;
      sum += solver.run(start, rows, length);
      steps += solver.steps;
      continue;
    }
    sum += y[OBSERVED];
    const long count = std::max(1L, long(std::ceil(length / step - 1e-9)));
    steps += rows * count;
    for (int row = 0; row < rows; row++) {
      if (method == "rush-larsen") rushLarsen(start + row * length, length / count, count, y, p.data());
      else rungeKutta4(start + row * length, length / count, count, y, p.data());
      sum += y[OBSERVED];
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::printf("%.9g %.15g %ld\n", getenv("CPU") ? double(clock()) / CLOCKS_PER_SEC : took.count(), sum, steps);
}
