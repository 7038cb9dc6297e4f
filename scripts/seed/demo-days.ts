/** What was said, what was answered, the emotion, and confidence, polarity and subjectivity. */
type DemoTurn = [said: string, answered: string, emotion: string | null, meters?: [number, number, number]]
type DemoDay = { daysAgo: number; hour: number; turns: DemoTurn[] }

/** Six weeks of somebody's evenings. The very first turn is from before there were emotions. */
export const demoDays: DemoDay[] = [
  {
    daysAgo: 44,
    hour: 18,
    turns: [
      ['hello?', 'Hello! I am EmotiBot. Tell me how your day was.', null],
      ['Fine, nothing special. Just trying this out.', 'Good to have you here.', 'neutral', [0.61, 0.1, 0.3]],
      [
        'Do you remember what I tell you?',
        'I keep our conversation, so you can look back.',
        'neutral',
        [0.72, 0, 0.1],
      ],
      ['Nice, I like that!', 'That makes me glad.', 'happy', [0.84, 0.6, 0.9]],
    ],
  },
  {
    daysAgo: 41,
    hour: 20,
    turns: [
      [
        'I got the job!!! I start in two weeks',
        'Congratulations! That is wonderful news.',
        'happy',
        [0.93, 0.8, 0.75],
      ],
      [
        'Honestly I did not expect it at all',
        'What a surprise! How did they tell you?',
        'surprised',
        [0.77, 0.1, 0.4],
      ],
      ['They called while I was on the tram, wow', 'I can picture your face.', 'surprised', [0.81, 0.2, 0.6]],
      ['Émilie baked a cake for me 🎂', 'A friend like that is worth a lot.', 'happy', [0.79, 0.4, 0.5]],
    ],
  },
  {
    daysAgo: 36,
    hour: 21,
    turns: [
      ['The landlord raised the rent again', 'That is hard. Is it much?', 'angry', [0.58, -0.2, 0.3]],
      ['200 more a month. I am furious', 'I understand that you are angry.', 'angry', [0.91, -0.7, 0.9]],
      [
        'He did not even bother to call, just a letter',
        'That would make anybody cross.',
        'angry',
        [0.66, -0.3, 0.4],
      ],
      [
        'Anyway. I will talk to the tenants union tomorrow',
        'That sounds like a good plan.',
        'neutral',
        [0.6, 0, 0.1],
      ],
    ],
  },
  {
    daysAgo: 30,
    hour: 7,
    turns: [
      ['First day today. I barely slept', 'New beginnings keep one awake.', 'fearful', [0.63, -0.1, 0.4]],
      ['I am scared that I cannot do it', 'They chose you for a reason.', 'fearful', [0.88, -0.6, 0.8]],
      [
        'What if they notice I know nothing',
        'Nobody knows everything on day one.',
        'fearful',
        [0.7, -0.3, 0.5],
      ],
    ],
  },
  {
    daysAgo: 30,
    hour: 19,
    turns: [
      ['It went really well actually', 'I am so glad to hear that!', 'happy', [0.86, 0.5, 0.6]],
      ['My desk looks out on the river', 'Lovely. Water is good company.', 'happy', [0.57, 0.3, 0.4]],
      ['and the team took me out for lunch', 'A warm welcome, then.', 'happy', [0.62, 0.3, 0.3]],
      ['tomorrow at nine again', 'Sleep well this time.', 'neutral', [0.8, 0, 0]],
    ],
  },
  {
    daysAgo: 23,
    hour: 22,
    turns: [
      ['Grandma is in hospital', 'I am sorry. Do you want to tell me more?', 'sad', [0.74, -0.4, 0.4]],
      [
        'She fell. They say she will be ok but she sounded so small',
        'That must be painful to hear.',
        'sad',
        [0.82, -0.5, 0.6],
      ],
      [
        'I feel sad and a bit guilty, I should visit more',
        'You care about her. She knows.',
        'sad',
        [0.89, -0.6, 0.9],
      ],
      ['The train is at 6:40', 'Have a safe journey.', 'neutral', [0.85, 0.1, 0.1]],
    ],
  },
  {
    daysAgo: 21,
    hour: 17,
    turns: [
      ['Saw her today. She laughed at my haircut', 'Laughing is a good sign.', 'happy', [0.68, 0.4, 0.5]],
      [
        'Leaving her there made me cry on the platform',
        'Good-byes are heavy. It is all right to cry.',
        'sad',
        [0.85, -0.5, 0.7],
      ],
    ],
  },
  {
    daysAgo: 15,
    hour: 23,
    turns: [
      [
        'There was a noise at the door just now',
        'Are you safe? Is somebody with you?',
        'fearful',
        [0.64, -0.2, 0.4],
      ],
      ['I was terrified but it was the neighbour’s cat', 'What a relief.', 'fearful', [0.76, -0.4, 0.8]],
      ['A cat! I cannot believe it', 'Cats have their own plans.', 'surprised', [0.72, 0, 0.5]],
      ['haha good night', 'Good night!', 'happy', [0.55, 0.4, 0.6]],
    ],
  },
  {
    daysAgo: 9,
    hour: 18,
    turns: [
      ['The deploy broke everything and they blamed me', 'That sounds unfair.', 'angry', [0.69, -0.4, 0.5]],
      ['It was not even my change, I hate this', 'Your anger makes sense.', 'angry', [0.9, -0.8, 0.9]],
      [
        'Anna stood up for me in the meeting though',
        'Good colleagues are gold.',
        'surprised',
        [0.51, 0.3, 0.5],
      ],
      ['I owe her a coffee', 'She will like that.', 'neutral', [0.66, 0.1, 0.2]],
    ],
  },
  {
    daysAgo: 4,
    hour: 20,
    turns: [
      ['Grandma is home again!', 'That is the best news.', 'happy', [0.87, 0.6, 0.6]],
      ['She asked me who I am always typing to 😄', 'And what did you say?', 'happy', [0.6, 0.3, 0.3]],
      ['“A friend from work”, sort of', 'I am honoured.', 'neutral', [0.5, 0.1, 0.3]],
    ],
  },
  {
    daysAgo: 1,
    hour: 19,
    turns: [
      ['Quiet day. Rain, tea, a book', 'That sounds restful.', 'neutral', [0.59, 0.1, 0.3]],
      ['The ending was so sad, I was not ready', 'Stories can do that.', 'sad', [0.78, -0.5, 0.9]],
      ['Tomorrow we celebrate one month of the job', 'You have come a long way!', 'happy', [0.71, 0.5, 0.5]],
      ['see you then', 'See you!', 'neutral', [0.83, 0, 0]],
    ],
  },
]
