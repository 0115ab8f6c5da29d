class Packet {
  constructor(tail, target, isWork) {
    this.tail = tail;
    this.target = target;
    this.data = [0, 0, 0, 0];
    this.position = 0;
    this.isWork = isWork;
  }
}

function append(list, packet) {
  packet.tail = null;
  if (list === null) return packet;
  let last = list;
  while (last.tail !== null) last = last.tail;
  last.tail = packet;
  return list;
}

// Tasks are numbered from 0; a greater number goes first.
class System {
  constructor() {
    this.first = null;
    this.tasks = [];
    this.current = null;
    this.sent = 0;
    this.holds = 0;
  }

  install(task, queue, waiting) {
    task.number = this.tasks.length;
    task.tail = this.first;
    task.queue = queue;
    task.waiting = waiting;
    this.first = task;
    this.tasks.push(task);
  }

  prefer(task) {
    return task.number > this.current.number ? task : this.current;
  }

  send(packet, target) {
    const task = this.tasks[target];
    packet.target = this.current.number;
    task.queue = append(task.queue, packet);
    this.sent++;
    return this.prefer(task);
  }

  wait() {
    this.current.waiting = true;
    return this.current;
  }

  hold() {
    this.current.held = true;
    this.holds++;
    return this.current.tail;
  }

  release(number) {
    const task = this.tasks[number];
    task.held = false;
    return this.prefer(task);
  }

  schedule() {
    let task = this.first;
    while (task !== null) {
      if (task.held || (task.waiting && task.queue === null)) {
        task = task.tail;
      } else {
        let packet = null;
        if (task.waiting) {
          packet = task.queue;
          task.queue = packet.tail;
          task.waiting = false;
        }
        this.current = task;
        task = task.run(packet);
      }
    }
  }
}

class Task {
  constructor(system) {
    this.system = system;
    this.number = 0;
    this.tail = null;
    this.queue = null;
    this.waiting = false;
    this.held = false;
  }
}

class Idler extends Task {
  constructor(system, times) {
    super(system);
    this.times = times;
    this.seed = 1;
  }

  run() {
    this.times--;
    if (this.times === 0) return this.system.hold();
    this.seed = (this.seed * 3877 + 29573) % 139968;
    return this.system.release(this.seed < 69984 ? 4 : 5);
  }
}

class Worker extends Task {
  constructor(system) {
    super(system);
    this.receiver = 2;
    this.letter = 0;
  }

  run(packet) {
    if (packet === null) return this.system.wait();
    this.receiver = 5 - this.receiver;
    packet.position = 0;
    for (let i = 0; i < 4; i++) {
      this.letter++;
      if (this.letter === 26) this.letter = 0;
      packet.data[i] = this.letter;
    }
    return this.system.send(packet, this.receiver);
  }
}

class Handler extends Task {
  constructor(system, device) {
    super(system);
    this.device = device;
    this.work = null;
    this.answers = null;
  }

  run(packet) {
    if (packet !== null) {
      if (packet.isWork) {
        this.work = append(this.work, packet);
      } else {
        this.answers = append(this.answers, packet);
      }
    }
    if (this.work === null) return this.system.wait();
    const p = this.work;
    if (p.position === 4) {
      this.work = p.tail;
      return this.system.send(p, 1);
    }
    if (this.answers === null) return this.system.wait();
    const q = this.answers;
    this.answers = q.tail;
    q.position += p.data[p.position];
    p.position++;
    return this.system.send(q, this.device);
  }
}

class Device extends Task {
  constructor(system, owner) {
    super(system);
    this.owner = owner;
    this.pending = null;
  }

  run(packet) {
    if (packet !== null) {
      this.pending = packet;
      return this.system.hold();
    }
    if (this.pending === null) return this.system.wait();
    const p = this.pending;
    this.pending = null;
    return this.system.send(p, this.owner);
  }
}

function main(times) {
  const system = new System();
  system.install(new Idler(system, times), null, false);
  system.install(new Worker(system), new Packet(new Packet(null, 2, true), 3, true), true);
  for (let i = 0; i < 2; i++) {
    let queue = null;
    for (let k = 0; k < 3; k++) queue = new Packet(queue, 4 + i, false);
    system.install(new Handler(system, 4 + i), queue, true);
  }
  system.install(new Device(system, 2), null, true);
  system.install(new Device(system, 3), null, true);
  system.schedule();
  console.log(system.sent);
  console.log(system.holds);
}
main(300000);
