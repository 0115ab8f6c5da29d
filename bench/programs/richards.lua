local function new_packet(tail, target, is_work)
  return {tail = tail, target = target, data = {0, 0, 0, 0}, position = 0, is_work = is_work}
end

-- Tasks are numbered from 0; a greater number goes first.
local function append(list, packet)
  packet.tail = nil
  if not list then return packet end
  local last = list
  while last.tail do last = last.tail end
  last.tail = packet
  return list
end

local function prefer(system, task)
  if task.number > system.current.number then return task end
  return system.current
end

local function send(system, packet, target)
  local task = system.tasks[target]
  packet.target = system.current.number
  task.queue = append(task.queue, packet)
  system.sent = system.sent + 1
  return prefer(system, task)
end

local function wait(system)
  system.current.waiting = true
  return system.current
end

local function hold(system)
  system.current.held = true
  system.holds = system.holds + 1
  return system.current.tail
end

local function release(system, number)
  local task = system.tasks[number]
  task.held = false
  return prefer(system, task)
end

local function idler(system, times)
  local seed = 1
  return function()
    times = times - 1
    if times == 0 then return hold(system) end
    seed = (seed * 3877 + 29573) % 139968
    if seed < 69984 then return release(system, 4) end
    return release(system, 5)
  end
end

local function worker(system)
  local receiver = 2
  local letter = 0
  return function(packet)
    if not packet then return wait(system) end
    receiver = 5 - receiver
    packet.position = 0
    for i = 1, 4 do
      letter = letter + 1
      if letter == 26 then letter = 0 end
      packet.data[i] = letter
    end
    return send(system, packet, receiver)
  end
end

local function handler(system, device)
  local work, answers
  return function(packet)
    if packet then
      if packet.is_work then
        work = append(work, packet)
      else
        answers = append(answers, packet)
      end
    end
    if not work then return wait(system) end
    local p = work
    if p.position == 4 then
      work = p.tail
      return send(system, p, 1)
    end
    if not answers then return wait(system) end
    local q = answers
    answers = q.tail
    q.position = q.position + p.data[p.position + 1]
    p.position = p.position + 1
    return send(system, q, device)
  end
end

local function device(system, owner)
  local pending
  return function(packet)
    if packet then
      pending = packet
      return hold(system)
    end
    if not pending then return wait(system) end
    local p = pending
    pending = nil
    return send(system, p, owner)
  end
end

local function install(system, queue, waiting, run)
  local number = system.count
  local task = {number = number, tail = system.first, queue = queue, waiting = waiting, held = false}
  task.run = run
  system.first = task
  system.tasks[number] = task
  system.count = number + 1
end

local function schedule(system)
  local task = system.first
  while task do
    if task.held then
      task = task.tail
    elseif task.waiting and not task.queue then
      task = task.tail
    else
      local packet
      if task.waiting then
        packet = task.queue
        task.queue = packet.tail
        task.waiting = false
      end
      system.current = task
      task = task.run(packet)
    end
  end
end

local function main(times)
  local system = {first = nil, tasks = {}, count = 0, current = nil, sent = 0, holds = 0}
  install(system, nil, false, idler(system, times))
  install(system, new_packet(new_packet(nil, 2, true), 3, true), true, worker(system))
  for i = 0, 1 do
    local queue
    for _ = 1, 3 do queue = new_packet(queue, 4 + i, false) end
    install(system, queue, true, handler(system, 4 + i))
  end
  install(system, nil, true, device(system, 2))
  install(system, nil, true, device(system, 3))
  schedule(system)
  print(system.sent)
  print(system.holds)
end
main(300000)
