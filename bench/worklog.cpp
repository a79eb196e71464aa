// The same work as `counterpart workload measures` does on a log, by hand: lines are split, each event is kept with two hashes
// until its day is let go, days are put in order, duplicates left out, time split at the quarters of the hour. Times in UTC,
// columns in the documented order. Prints its processor time and the totals, so that both can be seen to agree.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <unordered_map>
#include <vector>

using i64 = int64_t;
using u32 = uint32_t;

static const char *actions[] = {"chart.view", "result.view", "schedule.view", "note.edit", "note.sign", "order.enter",
                                "order.sign", "rx.enter", "rx.sign", "inbox.open", "inbox.read", "inbox.reply",
                                "inbox.done", "login", "logout", "message.received", "other"};
static const int activityOf[] = {0, 0, 5, 1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 6, 6, 6, 6};
static const char *kinds[] = {"patient", "refill", "call", "result", "staff", "system"};
enum { login = 13, logoutAction = 14, received = 15, other = 16, inboxDone = 12, noteSign = 4, orderSign = 6, rxSign = 8 };
enum { cellWidth = 45, atReceived = 28, atDone = 34, atSigned = 40, atTeam = 41, atNotes = 42, atActions = 43, atSwitches = 44 };

struct Row {
  int32_t time;
  u32 code, hash, second;
  bool operator<(const Row &o) const {
    if (time != o.time) return time < o.time;
    if (code != o.code) return code < o.code;
    if (hash != o.hash) return (int32_t)hash < (int32_t)o.hash;
    return (int32_t)second < (int32_t)o.second;
  }
  bool operator==(const Row &o) const { return time == o.time && code == o.code && hash == o.hash && second == o.second; }
};

struct Block {
  std::vector<Row> rows;
  i64 touched = 0;
};

struct Words {
  std::vector<int> slots = std::vector<int>(1 << 12, -1);
  std::vector<std::string> words;
  std::vector<u32> hashes;
  std::vector<int> values;
  int find(const char *from, size_t length, u32 hash) const {
    for (u32 slot = hash & (slots.size() - 1);; slot = (slot + 1) & (slots.size() - 1)) {
      int index = slots[slot];
      if (index < 0) return -1;
      if (hashes[index] == hash && words[index].size() == length && !memcmp(words[index].data(), from, length)) return index;
    }
  }
  int add(const char *from, size_t length, u32 hash, int value) {
    u32 slot = hash & (slots.size() - 1);
    while (slots[slot] >= 0) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = (int)words.size();
    words.emplace_back(from, length);
    hashes.push_back(hash);
    values.push_back(value);
    return slots[slot];
  }
};

static u32 fnv(const char *p, size_t n) {
  u32 hash = 2166136261u;
  for (size_t i = 0; i < n; i++) hash = (hash ^ (unsigned char)p[i]) * 16777619u;
  return hash;
}

static std::unordered_map<i64, Block> blocks;
static std::vector<std::unordered_map<int, std::vector<int32_t>>> hours;
static std::vector<std::vector<u32>> transitions;
static i64 duplicates = 0, stored = 0, clockTick = 0;

static int32_t *cell(int provider, i64 hour) {
  auto &row = hours[provider][(int)hour];
  if (row.empty()) row.assign(cellWidth, 0);
  return row.data();
}

static void addTime(int provider, int activity, i64 from, i64 until) {
  while (from < until) {
    i64 q = from / 900000;
    i64 end = std::min(until, (q + 1) * 900000);
    cell(provider, q / 4)[4 * activity + (q & 3)] += (int32_t)(end - from);
    from = end;
  }
}

static int known(u32 code) {
  int kind = (code >> 5) & 7;
  return kind == 6 ? 5 : kind;
}

static void closeBlock(int provider, i64 day, Block &block) {
  auto &rows = block.rows;
  stored -= (i64)rows.size();
  if (!std::is_sorted(rows.begin(), rows.end())) std::sort(rows.begin(), rows.end());
  auto end = std::unique(rows.begin(), rows.end());
  duplicates += rows.end() - end;
  rows.erase(end, rows.end());
  i64 base = day * 86400000, previous = 0;
  u32 before = 0;
  bool open = false;
  for (const Row &row : rows) {
    i64 time = base + row.time;
    int action = row.code & 31;
    int32_t *c = cell(provider, time / 3600000);
    if (action == received) {
      c[atReceived + known(row.code)]++;
      continue;
    }
    c[atActions]++;
    if (action == inboxDone) c[atDone + known(row.code)]++;
    else if (action == orderSign || action == rxSign) {
      c[atSigned]++;
      c[atTeam] += (row.code >> 8) & 1;
    } else if (action == noteSign) c[atNotes]++;
    if (action == logoutAction && (!open || (row.code >> 9) != (before >> 9))) continue;
    if (open) {
      int from = before & 31;
      if (time - previous <= 60000) {
        addTime(provider, activityOf[from], previous, time);
        if (from != login && action != login && action != logoutAction) {
          transitions[provider][from * 17 + action]++;
          if (activityOf[from] != activityOf[action]) cell(provider, time / 3600000)[atSwitches]++;
        }
      } else addTime(provider, activityOf[from], previous, previous + 5000);
    }
    previous = time;
    before = row.code;
    open = action != logoutAction;
  }
  // Days end in the night here, so nothing goes on into the next.
  if (open) addTime(provider, activityOf[before & 31], previous, previous + 5000);
}

static u32 mix(u32 a, u32 b) { return ((a ^ (a >> 16) ^ b) * 2246822507u) + b; }
static int two(const char *p) { return 10 * (p[0] - '0') + p[1] - '0'; }

static i64 daysFromCivil(int y, int m, int d) {
  y -= m <= 2;
  int era = y / 400, yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return (i64)era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  const i64 room = 4000000;
  FILE *file = fopen(argv[1], "rb");
  if (!file) return 1;
  Words actionWords, detailWords, users;
  for (int i = 0; i < 17; i++) actionWords.add(actions[i], strlen(actions[i]), fnv(actions[i], strlen(actions[i])), i);
  for (int i = 0; i < 6; i++) detailWords.add(kinds[i], strlen(kinds[i]), fnv(kinds[i], strlen(kinds[i])), i);
  detailWords.add("team", 4, fnv("team", 4), 6 | 8);
  std::vector<char> buffer(8 << 20);
  size_t kept = 0;
  bool header = true;
  i64 events = 0, dayKey = -1, dayStart = 0;
  std::vector<Block *> latest;
  std::vector<i64> latestDay;
  for (;;) {
    size_t got = fread(buffer.data() + kept, 1, buffer.size() - kept, file);
    if (got == 0) break;
    size_t filled = kept + got, end = filled;
    while (end > 0 && buffer[end - 1] != '\n') end--;
    const char *p = buffer.data(), *stop = p + end;
    if (header) {
      while (*p++ != '\n') {}
      header = false;
    }
    while (p < stop) {
      const char *starts[6];
      size_t lengths[6];
      u32 hash[6], second[6];
      for (int f = 0; f < 6; f++) {
        starts[f] = p;
        u32 h = 2166136261u, s = 374761393u;
        if (f == 0) while (*p != ',') p++;
        else
          for (char c; (c = *p) != ',' && c != '\n'; p++) {
            h = (h ^ (unsigned char)c) * 16777619u;
            s = (u32)((s ^ (unsigned char)c) * 2654435761u) ^ (s >> 15);
          }
        lengths[f] = p - starts[f];
        hash[f] = h;
        second[f] = s;
        p++;
      }
      events++;
      const char *t = starts[0];
      i64 key = (two(t) * 100 + two(t + 2)) * 10000 + two(t + 5) * 100 + two(t + 8);
      if (key != dayKey) {
        dayKey = key;
        dayStart = daysFromCivil(two(t) * 100 + two(t + 2), two(t + 5), two(t + 8));
      }
      i64 time = dayStart * 86400000 + ((two(t + 11) * 60 + two(t + 14)) * 60 + two(t + 17)) * 1000LL;
      int user = users.find(starts[1], lengths[1], hash[1]);
      if (user < 0) {
        user = users.add(starts[1], lengths[1], hash[1], 0);
        hours.emplace_back();
        transitions.emplace_back(17 * 17);
        latest.push_back(nullptr);
        latestDay.push_back(-1);
      }
      int action = actionWords.find(starts[2], lengths[2], hash[2]);
      action = action < 0 ? other : actionWords.values[action];
      int detail = 6;
      u32 h = 0, s = 0;
      if (lengths[5]) {
        int word = detailWords.find(starts[5], lengths[5], hash[5]);
        if (word >= 0) detail = detailWords.values[word];
        h = hash[5];
        s = second[5];
      }
      h = mix(mix(h, hash[4]), hash[3]);
      s = mix(mix(s, second[4]), second[3]);
      h = mix(mix(h, hash[1]), hash[2]);
      s = mix(mix(s, second[1]), second[2]);
      u32 code = action | (detail & 7) << 5 | (detail & 8 ? 1 : 0) << 8 | ((hash[1] ^ hash[1] >> 15) & 0x7fff) << 9;
      i64 day = time / 86400000;
      if (latestDay[user] != day) {
        latest[user] = &blocks[user * 65536LL + day];
        latestDay[user] = day;
      }
      Block &block = *latest[user];
      block.rows.push_back({(int32_t)(time - day * 86400000), code, h, s});
      block.touched = ++clockTick;
      if (++stored > room) {
        std::vector<std::pair<i64, i64>> order;
        for (auto &each : blocks) order.push_back({each.second.touched, each.first});
        std::sort(order.begin(), order.end());
        for (auto &each : order) {
          if (2 * stored <= room) break;
          int provider = (int)(each.second / 65536);
          closeBlock(provider, each.second % 65536, blocks[each.second]);
          blocks.erase(each.second);
          latestDay[provider] = -1;
        }
      }
    }
    kept = filled - end;
    memmove(buffer.data(), buffer.data() + end, kept);
  }
  for (auto &each : blocks) closeBlock((int)(each.first / 65536), each.first % 65536, each.second);
  i64 active = 0, switches = 0, done = 0, pairs = 0;
  for (auto &of : hours)
    for (auto &hour : of) {
      for (int i = 0; i < 28; i++) active += hour.second[i];
      for (int i = atDone; i < atDone + 6; i++) done += hour.second[i];
      switches += hour.second[atSwitches];
    }
  for (auto &of : transitions)
    for (u32 count : of) pairs += count;
  printf("{\"cpu\":%.3f,\"events\":%lld,\"duplicates\":%lld,\"active\":%lld,\"switches\":%lld,\"done\":%lld,\"pairs\":%lld}\n",
         (double)clock() / CLOCKS_PER_SEC, (long long)events, (long long)duplicates, (long long)active, (long long)switches,
         (long long)done, (long long)pairs);
}
